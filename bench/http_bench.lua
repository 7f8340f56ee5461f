-- wrk's part of tools/bench-http: random targets, and what was counted as one line of JSON.
-- arguments: one|page, and the number of products
local workload, products = "one", 1000

function init(args)
  workload, products = args[1], tonumber(args[2])
  math.randomseed(os.time() + tonumber(tostring({}):sub(-6), 16))
  if workload == "page" then
    wrk.headers["Prefer"] = "count=none"
  end
end

function request()
  if workload == "one" then
    return wrk.format("GET", string.format("/products/prod_%012d?fields=*,blog_posts.*", math.random(products)))
  end
  return wrk.format("GET", "/products?fields=id,title,handle,blog_posts.id,blog_posts.title&limit=50&offset=" ..
    math.random(0, 19) * 50)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests":%d,"duration_us":%d,"bytes":%d,"p50_us":%d,"p99_us":%d,"max_us":%d,' ..
    '"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99), latency.max,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
