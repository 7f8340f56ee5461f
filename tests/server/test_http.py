#!/usr/bin/env python3
"""HTTP as its users expect it: tags, compression, streams, limits, repetition, browsers.  usage: test_http.py WEFT"""
import gzip
import json
import socket
import sys
import threading
import time

import harness


def raw(server, data, wait=5.0):
    """Everything that comes back on a fresh connection for these bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=wait) as link:
        link.sendall(data)
        received = b""
        try:
            while chunk := link.recv(65536):
                received += chunk
        except TimeoutError:
            received += b"<timeout>"
        return received


def test_an_answer_the_client_has_is_not_sent_again(server):
    first = server.get("/products?limit=3")
    tag = first.headers["etag"]
    again = server.get("/products?limit=3", If_None_Match=f'"other", {tag}')
    assert again.status == 304 and again.body == b"" and again.headers["etag"] == tag
    for encoding in ("identity", "gzip"):
        whole = server.get("/products?limit=20", Accept_Encoding=encoding)
        told = server.get("/products?limit=20", Accept_Encoding=encoding, If_None_Match=whole.headers["etag"])
        assert told.status == 304 and told.body == b"", told.body
        for name in ("content-length", "content-encoding", "content-type", "vary"):
            assert told.headers.get(name) == whole.headers.get(name), (name, told.headers, whole.headers)
    assert server.get("/products?limit=4", If_None_Match=tag).status == 200
    server.ask("PATCH", "/products/prod_00001", {"title": "Changed"})
    changed = server.get("/products?limit=3", If_None_Match=tag)
    assert changed.status == 200 and changed.headers["etag"] != tag


def test_header_lines_of_one_name_are_one_list(server):
    def ask(*lines):
        answer = raw(server, b"GET /products?limit=20 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                     + b"".join(line.encode() + b"\r\n" for line in lines) + b"\r\n")
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), head.lower(), body

    tag = server.get("/products?limit=20").headers["etag"]
    assert ask(f"If-None-Match: {tag}")[0] == ask('If-None-Match: "a"', 'if-none-match: "b"', f"If-None-Match: {tag}")[0] == 304
    assert ask('If-None-Match: "a"', 'If-None-Match: "b"')[0] == 200
    assert b'"count"' not in ask("Prefer: respond-async", "prefer: count=none")[2]
    assert b"content-encoding: gzip" in ask("Accept-Encoding: br", "Accept-Encoding: gzip")[1]
    assert b"application/x-ndjson" in ask("Accept: text/csv", "X: y", "ACCEPT: application/x-ndjson")[1]
    assert ask("If-None-Match:", "If-None-Match:")[0] == ask("Accept:", "Accept:")[0] == 200
    assert b"x-request-id: one, two" not in ask("X-Request-Id: one", "X-Request-Id: two")[1]


def test_answers_are_compressed_when_asked_for(server):
    plain = server.get("/blog-posts?limit=40")
    packed = server.get("/blog-posts?limit=40", Accept_Encoding="br, gzip;q=0.5")
    assert packed.headers["content-encoding"] == "gzip" and len(packed.body) < len(plain.body) / 3
    assert gzip.decompress(packed.body) == plain.body and packed.headers["etag"] == plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]
    assert "content-encoding" not in server.get("/blog-posts?limit=40", Accept_Encoding="gzip;q=0").headers
    assert "content-encoding" not in server.get("/products/prod_00001?fields=id", Accept_Encoding="gzip").headers


def test_large_answers_stream_compressed_and_as_lines(server):
    rows = [{"id": f"big_{n:04}", "title": f"{n} " * 500, "handle": f"big-{n}"} for n in range(600)]
    for at in range(0, 600, 50):
        assert server.ask("POST", "/products", rows[at:at + 50]).status == 201
    path = "/products?limit=1000&fields=id,title&id[$like]=big%25"
    plain = server.get(path)
    assert plain.headers["transfer-encoding"] == "chunked" and len(plain.body) > 600000
    assert [r["title"] for r in plain.json["products"]] == [r["title"] for r in rows] and plain.json["count"] == 600
    packed = server.get(path, Accept_Encoding="gzip")
    assert packed.headers["transfer-encoding"] == "chunked" and gzip.decompress(packed.body) == plain.body
    lines = server.get(path, Accept="application/x-ndjson")
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in lines.body.splitlines()] == plain.json["products"]


def test_a_count_can_be_left_out(server):
    answer = server.get("/products?limit=2", Prefer="count=none").json
    assert list(answer) == ["products", "offset", "limit"], list(answer)


def test_cursors_lead_through_a_list(server):
    ids, after = [], ""
    while after is not None:
        page = server.get(f"/blog-posts?limit=20&fields=id&after={after}").json
        assert list(page) == ["blog_posts", "limit", "next", "previous"], list(page)
        ids += [post["id"] for post in page["blog_posts"]]
        after = page["next"]
    assert ids == [f"post_{n:05}" for n in range(45)]


def test_a_write_with_a_key_is_done_once(server):
    body, key = {"title": "once", "handle": "once"}, {"Idempotency-Key": "k-1"}
    first = server.ask("POST", "/products", body, key)
    again = server.ask("POST", "/products", body, key)
    assert first.status == again.status == 201 and first.body == again.body, (first.body, again.body)
    assert again.headers["idempotency-replayed"] == "true" and again.headers["location"] == first.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert server.get("/products?handle=once").json["count"] == 1
    other = server.ask("POST", "/products", {"title": "other", "handle": "other"}, key)
    assert other.status == 422 and other.json["code"] == "invalid_request"
    wrong = [server.ask("POST", "/products", {"title": "x", "handle": "once"}, {"Idempotency-Key": "k-2"}) for _ in range(2)]
    assert [w.status for w in wrong] == [409, 409] and wrong[1].headers["idempotency-replayed"] == "true"
    assert wrong[1].headers["content-type"] == "application/problem+json" and wrong[0].body == wrong[1].body


def test_what_is_not_done_is_refused_and_not_passed_over(server):
    packed = gzip.compress(b'{"title":"packed","handle":"packed"}')
    coded = server.ask("POST", "/products", packed, {"Content-Encoding": "gzip"})
    assert coded.status == 415 and coded.headers["accept-encoding"] == "identity" and coded.json["hint"], coded.body
    assert server.ask("POST", "/graph", {"entity": "product", "fields": ["id"]}, {"Content-Encoding": "br"}).status == 415
    assert server.ask("POST", "/graph", {"entity": "product", "fields": ["id"]}, {"Content-Encoding": "identity"}).status == 200
    before = server.get("/products/prod_00003").json
    for header in ({"If-Match": '"x"'}, {"If-Match": server.get("/products/prod_00003").headers["etag"]}, {"If-None-Match": "*"}):
        for method, path, body in (("PATCH", "/products/prod_00003", {"title": "lost"}), ("DELETE", "/products/prod_00003", None),
                                   ("POST", "/products", {"title": "lost", "handle": "lost"})):
            answer = server.ask(method, path, body, header)
            assert answer.status == 412 and answer.json["hint"], (method, header, answer.body)
    assert server.get("/products/prod_00003").json == before and server.get("/products?handle=lost").json["count"] == 0
    assert server.ask("PATCH", "/products/prod_00003", {"title": before["product"]["title"]}, {"If-Match": "*"}).status == 200
    assert server.ask("POST", "/graph", {"entity": "product", "fields": ["id"]}, {"If-None-Match": "*"}).status == 200
    # Conditions in a body that nobody reads would be conditions ignored, and ?impact in one a deletion.
    for method, path, body in (("GET", "/products", {"filters": {"status": "draft"}}), ("DELETE", "/products/prod_00003", {"impact": True})):
        answer = server.ask(method, path, body)
        assert answer.status == 400 and answer.json["hint"], (method, answer.body)
    assert server.get("/products/prod_00003").status == 200
    two = raw(server, b"POST /products HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nIdempotency-Key: a\r\n"
              b"idempotency-key: b\r\nContent-Length: 31\r\n\r\n" + b'{"title":"two","handle":"two"}\n')
    assert two.startswith(b"HTTP/1.1 400 ") and b"2 idempotency keys" in two, two
    for empty in ({"id": "", "title": "x", "handle": "x"}, [{"id": "", "title": "x", "handle": "x"}]):
        assert server.ask("POST", "/products", empty).json["code"] == "required_value"


def test_many_repetitions_at_once_are_one_write(server):
    answers = []

    def write():
        answers.append(server.ask("POST", "/products", {"title": "race", "handle": "race"}, {"Idempotency-Key": "k-race"},
                                  fresh=True).status)

    threads = [threading.Thread(target=write) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {201, 409} and 201 in answers, answers
    assert server.get("/products?handle=race").json["count"] == 1


def test_browsers_are_told_what_they_may(server):
    origin = {"Origin": "https://shop.example"}
    answer = server.ask("GET", "/products/prod_00001", headers=origin)
    assert answer.headers["access-control-allow-origin"] == "https://shop.example" and "Origin" in answer.headers["vary"]
    asked = server.ask("OPTIONS", "/products/prod_00001", headers=origin | {"Access-Control-Request-Method": "PATCH"})
    assert asked.status == 204 and "PATCH" in asked.headers["access-control-allow-methods"], asked.headers
    assert "Idempotency-Key" in asked.headers["access-control-allow-headers"]
    assert server.ask("POST", "/products", {"title": "b", "handle": "browser"}, origin).status == 201
    stranger = {"Origin": "https://evil.example"}
    assert "access-control-allow-origin" not in server.ask("GET", "/products/prod_00001", headers=stranger).headers
    refused = server.ask("POST", "/products", {"title": "b", "handle": "evil"}, stranger)
    assert refused.status == 403 and server.get("/products?handle=evil").json["count"] == 0
    assert server.ask("GET", "/products", headers={"Host": "evil.example"}).status == 421


def test_options_and_head(server):
    assert server.ask("OPTIONS", "/products").headers["allow"] == "GET, POST, HEAD, OPTIONS"
    get, head = server.get("/products?limit=2"), server.ask("HEAD", "/products?limit=2")
    assert head.status == 200 and head.body == b"" and head.headers["content-length"] == str(len(get.body))
    assert head.headers["etag"] == get.headers["etag"]


def test_a_request_has_an_id_a_trace_and_its_times(server):
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    answer = server.ask("GET", "/products/prod_00001", headers={"X-Request-Id": "my-id.1", "traceparent": trace})
    assert answer.headers["x-request-id"] == "my-id.1" and answer.headers["traceparent"] == trace
    assert answer.headers["server-timing"].startswith("db;dur=") and '"1 statements"' in answer.headers["server-timing"]
    bad = server.ask("GET", "/products/none", headers={"X-Request-Id": "a b\"", "traceparent": "00-zz"})
    assert bad.json["request_id"] == bad.headers["x-request-id"] != 'a b"' and "traceparent" not in bad.headers
    assert server.get("/products/none").headers["x-request-id"] != bad.headers["x-request-id"]


def test_limits_are_told(server):
    big = server.ask("POST", "/products", b"x" * 300000, fresh=True)
    assert big.status == 413 and big.json["code"] == "limit_exceeded" and "200000" in big.json["detail"], big.json
    chunks = b"".join(b"8000\r\n" + b"x" * 0x8000 + b"\r\n" for _ in range(9))
    chunked = raw(server, b"POST /products HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + chunks + b"0\r\n\r\n")
    assert chunked.startswith(b"HTTP/1.1 413 "), chunked[:200]
    depth = ".".join(["blog_posts.products"] * 9) + ".id"
    deep = server.get("/products?fields=" + depth)
    assert deep.status == 422 and deep.json["code"] == "limit_exceeded", deep.json
    long = server.ask("GET", "/products?" + "&".join(f"title[]={n}" for n in range(1100)), fresh=True)
    assert long.status == 414 and long.json["code"] == "limit_exceeded" and "POST /graph" in long.json["hint"], long.json
    assert server.get("/" + "/".join("a" * 20)).status == 422
    header = raw(server, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 300000 + b"\r\n\r\n")
    assert header.startswith(b"HTTP/1.1 431") or header.startswith(b"HTTP/1.1 4") or header == b"", header[:100]


def test_who_sends_too_slowly_is_told_and_cut_off(server):
    begun = time.monotonic()
    half = raw(server, b"POST /graph HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"ent")
    assert half.startswith(b"HTTP/1.1 408 ") and b'"status":408' in half, half
    assert raw(server, b"GET /products HT").startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - begun < 8
    with socket.create_connection(("127.0.0.1", server.port), timeout=8) as link:
        for byte in b"GET /products HTTP/1.1\r\nHost: localhost\r\nX-Slow: yes, very, very, very slow":
            try:
                link.sendall(bytes([byte]))
            except OSError:
                break
            time.sleep(0.025)
        link.settimeout(5)
        assert link.recv(4096).startswith(b"HTTP/1.1 408 ")


def test_connections_are_kept_alive_and_requests_pipelined(server):
    one = b"GET /products/prod_00001?fields=id HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    answers = raw(server, one * 3 + last)
    assert answers.count(b"HTTP/1.1 200 OK") == 4 and answers.count(b'{"product":{"id":"prod_00001"}}') == 4, answers
    wrong = raw(server, one.replace(b"prod_00001", b"none") + last)
    assert wrong.count(b"HTTP/1.1 404") == 1 and wrong.count(b"HTTP/1.1 200") == 1


def test_slow_readers_leave_room_for_others(server):
    links = []
    try:
        for _ in range(8):
            link = socket.socket()
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            link.connect(("127.0.0.1", server.port))
            link.sendall(b"GET /products?limit=1000&fields=*,blog_posts.*&id[$like]=big%25 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            links.append(link)
        time.sleep(0.3)
        heads = [link.recv(64, socket.MSG_PEEK).split(b"\r\n")[0] for link in links]
        assert heads.count(b"HTTP/1.1 200 OK") >= 1 and set(heads) <= {b"HTTP/1.1 200 OK", b"HTTP/1.1 503 Service Unavailable"}
        for _ in range(20):
            begun = time.monotonic()
            assert server.ask("GET", "/products/prod_00001", fresh=True).status == 200
            assert time.monotonic() - begun < 2
    finally:
        for link in links:
            link.close()


if __name__ == "__main__":
    sys.exit(harness.main(globals(), sys.argv[1], "--cors", "https://shop.example", "--body-max", "200000", "--receive-ms", "1000"))
