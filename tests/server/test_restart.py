#!/usr/bin/env python3
"""PostgreSQL goes away while clients ask, and comes back: meanwhile they are told 503 and when to try again, afterwards
all is as before, and at no time is an answer wrong.  usage: test_restart.py WEFT TEST-CLUSTER"""
import json
import subprocess
import sys
import tempfile
import time

import harness
import test_load as load


class Asker(load.Client):
    """Reads what is known and writes what is its own; counts what it was told."""
    known = {}

    def __init__(self, *words):
        super().__init__(*words)
        self.told, self.title, self.maybe, self.last_ok = {}, None, set(), 0.0

    def once(self, method, path, body=None):
        self.asked += 1
        data = None if body is None else json.dumps(body)
        self.connection.request(method, path, data)
        answer = harness.Answer(self.connection.getresponse())
        self.told[answer.status] = self.told.get(answer.status, 0) + 1
        if answer.status == 503:
            assert answer.headers["retry-after"] == "1" and answer.headers["content-type"] == "application/problem+json"
        else:
            assert answer.status == 200, (method, path, answer.status, answer.body)
            self.last_ok = time.monotonic()
        return answer

    def step(self):
        path = self.random.choice(list(self.known))
        answer = self.once("GET", path)
        assert answer.status == 503 or answer.body == self.known[path], (path, answer.body[:300])
        own = f"/products/own_{self.seed}"
        title = f"title {self.seed}-{self.asked}"
        if self.once("PATCH", own, {"title": title}).status == 200:
            self.title, self.maybe = title, {title}
        else:
            self.maybe.add(title)  # whether it was written before the store went is not known
        read = self.once("GET", own + "?fields=title")
        if read.status == 200:
            found = read.json["product"]["title"]
            assert found in self.maybe, (found, self.maybe)
            self.maybe = {found}
        time.sleep(0.002)


def wait_until(condition, seconds=40):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_a_restart_under_load(server):
    for path in [f"/products/prod_{n:05}?fields=*,blog_posts.*" for n in range(20)] + ["/blog-posts?limit=10&fields=id,title"]:
        Asker.known[path] = server.get(path).body
    clients = [Asker(server, n, time.monotonic() + 600) for n in range(12)]
    for client in clients:
        assert server.ask("POST", "/products", {"id": f"own_{client.seed}", "title": "first", "handle": f"own-{client.seed}"}).status == 201
        client.maybe = {"first"}
        client.start()
    pid = server.process.pid
    try:
        wait_until(lambda: all(client.told.get(200, 0) > 5 for client in clients))
        for _ in range(2):
            server.cluster("halt")
            before = [client.told.get(503, 0) for client in clients]
            wait_until(lambda: all(c.wrong or c.told.get(503, 0) > n + 3 for c, n in zip(clients, before)))
            told = server.ask("GET", "/ready", port=server.admin_port)
            assert told.status == 503, told.body
            server.cluster("resume")
            back = time.monotonic()
            wait_until(lambda: all(c.wrong or c.last_ok > back for c in clients), 20)
            refused = [client.told.get(503, 0) for client in clients]
            time.sleep(1)
            assert [client.told.get(503, 0) for client in clients] == refused, "refused although the store was back"
            assert server.ask("GET", "/ready", port=server.admin_port).status == 200
    finally:
        for client in clients:
            client.end = 0
        for client in clients:
            client.join(60)
    assert not [c.wrong for c in clients if c.wrong], [c.wrong for c in clients if c.wrong][:3]
    assert not any(client.is_alive() for client in clients), "a request was never answered"
    assert server.process.pid == pid and server.process.poll() is None
    totals = {status: sum(c.told.get(status, 0) for c in clients) for status in (200, 503)}
    print(f"# {totals[200]} answered, {totals[503]} refused", flush=True)
    metrics = server.ask("GET", "/metrics", port=server.admin_port).body.decode()
    values = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if line[0] != "#")
    assert int(values["weft_reconnects_total"]) > 0 and values["weft_requests_open"] == "0", metrics


def main():
    weft, tool = sys.argv[1:3]
    folder = tempfile.mkdtemp(prefix="wr-", dir="/tmp")
    shop = server = None

    def cluster(action):
        done = subprocess.run([tool, action, folder], capture_output=True, text=True, timeout=90, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    try:
        url = cluster("start")
        # What was answered must outlive a crash, which the test clusters' own settings do not ask for.
        for sql in ("CREATE DATABASE content", "ALTER SYSTEM SET synchronous_commit = on", "SELECT pg_reload_conf()"):
            subprocess.run(["psql", "-q", "-X", url, "-c", sql], check=True, stdout=subprocess.DEVNULL)
        shop = harness.Shop(weft, "postgres", [url, url.replace("/postgres?", "/content?")])
        server = harness.Server([weft, "-C", shop.folder, "serve", "--listen", "0", "--admin", "0", "--log", "errors"],
                                shop.environment)
        server.shop, server.cluster = shop, cluster
        status = harness.run_tests(globals(), server)
        assert server.stop() == 0, "".join(server.log[-20:])
        return status
    finally:
        if server:
            server.kill()
        if shop:
            shop.close()
        cluster("stop")


if __name__ == "__main__":
    sys.exit(main())
