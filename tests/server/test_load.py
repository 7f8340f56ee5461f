#!/usr/bin/env python3
"""Many clients read and write at once for some seconds, and every answer is compared: none may be lost, mixed up or
torn.  usage: test_load.py WEFT [sqlite|postgres]      WEFT_TEST_LOAD_SECONDS: how long, default 3"""
import gzip
import http.client
import json
import os
import random
import sys
import threading
import time

import harness

SECONDS = float(os.environ.get("WEFT_TEST_LOAD_SECONDS", "3"))
READERS, WRITERS = 16, 8


class Client(threading.Thread):
    """Asks on one connection that it keeps, until the time is over."""

    def __init__(self, server, seed, end):
        super().__init__(daemon=True)
        self.server, self.random, self.end, self.seed = server, random.Random(seed), end, seed
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.asked, self.busy, self.wrong = 0, 0, None

    def run(self):
        try:
            while time.monotonic() < self.end:
                self.step()
        except Exception as error:  # noqa: BLE001 - told by the test
            self.wrong = f"{type(error).__name__} {error}"[:2000]

    def ask(self, method, path, body=None, **headers):
        """An answer with this request's own id; asks again where the server says it is busy."""
        while True:
            self.asked += 1
            own = f"c{self.seed}-{self.asked}"
            data = json.dumps(body) if body is not None else None
            self.connection.request(method, path, data, {k.replace("_", "-"): v for k, v in headers.items()} | {"X-Request-Id": own})
            answer = harness.Answer(self.connection.getresponse())
            assert answer.headers["x-request-id"] == own, (own, answer.headers)
            if answer.status != 503 or time.monotonic() > self.end + 30:
                return answer
            assert answer.headers["retry-after"] == "1", answer.headers
            self.busy += 1
            time.sleep(0.02)


class Reader(Client):
    """What it asks for, nobody writes; `known` has the right bodies by path."""
    known = {}

    def step(self):
        path = self.random.choice(list(self.known))
        way = self.random.randrange(5)
        if way == 0:
            answer = self.ask("GET", path, Accept_Encoding="gzip")
            body = gzip.decompress(answer.body) if "content-encoding" in answer.headers else answer.body
            assert answer.status == 200 and body == self.known[path], (path, answer.status, body[:300])
        elif way == 1:
            tag = self.ask("GET", path).headers["etag"]
            other = tag[:-2] + ("1" if tag[-2] == "0" else "0") + '"'
            assert self.ask("GET", path, If_None_Match=tag).status == 304, (path, tag)
            assert self.ask("GET", path, If_None_Match=other).status == 200, (path, tag, other)
        elif way == 2:
            nobody = f"none_{self.random.random()}"
            answer = self.ask("GET", "/products/" + nobody)
            assert answer.status == 404 and nobody in answer.json["message"], answer.body
        else:
            answer = self.ask("GET", path)
            assert answer.status == 200 and answer.body == self.known[path], (path, answer.status, answer.body[:300])


class Writer(Client):
    """Has records of its own, reads back what it wrote, and repeats writes with their keys."""

    def __init__(self, *words):
        super().__init__(*words)
        self.made = {}

    def step(self):
        number = len(self.made)
        handle, key = f"w{self.seed}-{number}", {"Idempotency_Key": f"k{self.seed}-{number}"}
        answers = [self.ask("POST", "/products", {"title": "new", "handle": handle}, **key) for _ in range(2)]
        assert [a.status for a in answers] == [201, 201] and answers[0].body == answers[1].body, [a.body for a in answers]
        made = answers[0].json["product"]
        assert made["handle"] == handle, made
        for n in range(3):
            title = f"{handle} for the {n}th time"
            changed = self.ask("PATCH", "/products/" + made["id"], {"title": title})
            assert changed.status == 200 and changed.json["product"]["title"] == title, changed.body
            read = self.ask("GET", f"/products/{made['id']}?fields=handle,title")
            assert read.json == {"product": {"id": made["id"], "handle": handle, "title": title}}, read.body
            self.made[handle] = title


def test_no_answer_is_lost_or_mixed_up(server):
    paths = [f"/products/prod_{n:05}?fields=*,blog_posts.*,reviews.rating" for n in range(20)]
    paths += [f"/blog-posts?limit=10&offset={n * 5}&fields=id,title,products.title" for n in range(8)]
    paths += ["/blog-posts?fields=*&limit=45", "/openapi.json", "/customers?fields=*,loyalty_account.*"]
    for path in paths:
        Reader.known[path] = server.get(path).body
    assert len(set(Reader.known.values())) == len(paths)
    end = time.monotonic() + SECONDS
    clients = [(Reader if n < READERS else Writer)(server, n, end) for n in range(READERS + WRITERS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(SECONDS + 90)
    assert not any(client.is_alive() for client in clients), "a request was never answered"
    wrong = [client.wrong for client in clients if client.wrong]
    assert not wrong, wrong[:3]
    asked = sum(client.asked for client in clients)
    print(f"# {asked} requests, {sum(client.busy for client in clients)} told to try again", flush=True)
    assert asked > 200 and all(client.asked > 0 for client in clients)
    for client in clients[READERS:]:
        # On a connection of its own: the one that is kept was without traffic for as long as the load went.
        found = server.ask("GET", f"/products?limit=100000&fields=handle,title&handle[$like]=w{client.seed}-%25", fresh=True).json
        assert {row["handle"]: row["title"] for row in found["products"]} == client.made and client.made, found


def test_large_answers_are_whole_beside_each_other(server):
    server.connection = None  # it may have been without traffic for too long
    rows = [{"id": f"big_{n:04}", "title": f"{n} " * 800, "handle": f"big-{n}"} for n in range(400)]
    for at in range(0, 400, 50):
        assert server.ask("POST", "/products", rows[at:at + 50]).status == 201
    path, wrong, taken = "/products?limit=1000&fields=id,title&id[$like]=big%25", [], []

    def take(number):
        client = Client(server, 1000 + number, time.monotonic() + 60)
        for _ in range(3):
            answer = client.ask("GET", path, **({"Accept_Encoding": "gzip"} if number % 2 else {}))
            body = gzip.decompress(answer.body) if number % 2 else answer.body
            if [row["title"] for row in json.loads(body)["products"]] != [row["title"] for row in rows]:
                wrong.append(body[:200])
            taken.append(len(body))

    threads = [threading.Thread(target=take, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and len(taken) == 24, (wrong[:1], len(taken))


def main():
    shop = harness.Shop(sys.argv[1], harness.store_of(sys.argv))
    server = None
    try:
        server = harness.Server([shop.weft, "-C", shop.folder, "serve", "--listen", "0", "--log", "errors"], shop.environment)
        server.shop = shop
        status = harness.run_tests(globals(), server)
        ended = server.stop()
        assert ended == 0, f"weft serve ended with {ended}: {''.join(server.log)}"
        return status
    finally:
        if server:
            server.kill()
            if server.process.returncode:
                print("".join("# " + line for line in server.log[-60:]))
        shop.close()


if __name__ == "__main__":
    sys.exit(main())
