#!/usr/bin/env python3
"""Clients have their turns, whoever else waits: a query that waits for its database holds up nobody but the one who asked,
and nobody is forgotten.  usage: test_turns.py WEFT

The shop lies in two PostgreSQL databases, so there are 16 workers; who locks a table of one of them decides how many of
these wait."""
import random
import socket
import sys
import threading
import time

import harness

WORKERS = 16
PRODUCT = b"GET /products/prod_%05d?fields=id HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"GET /blog-posts?fields=id&limit=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
RECEIVE_S = 1.0


class Client:
    """A connection that reads whole answers; who waits for one longer than 20 s was forgotten."""

    def __init__(self, server):
        self.link = socket.create_connection(("127.0.0.1", server.port), 20)
        self.file = self.link.makefile("rb")

    def send(self, data):
        self.link.sendall(data)

    def read(self):
        status, length, line = self.file.readline(), 0, b""
        while (line := self.file.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line[15:])
        return status[9:12], self.file.read(length)

    def ask(self, data):
        self.send(data)
        return self.read()

    def close(self):
        self.file.close()
        self.link.close()


def hold(server, count):
    """`count` clients whose requests wait for the table of products."""
    clients = [Client(server) for _ in range(count)]
    for client in clients:
        client.send(PRODUCT % 1)
    end = time.monotonic() + 10
    while b"weft_requests_open %d\n" % count not in server.ask("GET", "/metrics", port=server.admin_port).body:
        assert time.monotonic() < end, "the requests do not wait"
        time.sleep(0.02)
    return clients


def locked(server):
    return harness.Lock(server.shop.environment["DATABASE_URL"], "product")


def test_a_query_that_waits_holds_up_nobody_else(server):
    kept = [Client(server) for _ in range(WORKERS * 4)]
    assert all(client.ask(POST)[0] == b"200" for client in kept)
    with locked(server):
        held = hold(server, WORKERS - 1)
        for client in kept:
            begun = time.monotonic()
            assert client.ask(POST)[0] == b"200"
            assert time.monotonic() - begun < 1, "a client that was there waited for a query of another"
        for _ in range(20):
            begun = time.monotonic()
            assert server.ask("GET", "/blog-posts?fields=id&limit=1", fresh=True).status == 200
            assert server.ask("GET", "/live", port=server.admin_port).status == 200
            assert time.monotonic() - begun < 1, "a client that came waited for a query of another"
    assert all(client.read() == (b"200", b'{"product":{"id":"prod_00001"}}') for client in held)
    for client in kept + held:
        client.close()


def test_who_waits_for_a_worker_is_not_told_that_he_is_slow(server):
    kept = [Client(server) for _ in range(8)]
    assert all(client.ask(POST)[0] == b"200" for client in kept)
    with locked(server):
        held = hold(server, WORKERS)
        for client in kept:
            client.send(POST)
        time.sleep(2 * RECEIVE_S + 1)
        assert server.ask("GET", "/live", port=server.admin_port).status == 200
    assert [client.read()[0] for client in kept + held] == [b"200"] * (8 + WORKERS)
    for client in kept + held:
        client.close()


def test_who_hangs_up_is_answered_and_gone_at_once(server):
    for data, status in ((PRODUCT % 1, b"200"), (PRODUCT % 1 + PRODUCT[:20], b"200"), (PRODUCT[:20], None), (b"", None)):
        client = Client(server)
        client.send(data)
        client.link.shutdown(socket.SHUT_WR)
        assert status is None or client.read()[0] == status
        begun = time.monotonic()
        assert client.file.read() == b"" and time.monotonic() - begun < RECEIVE_S / 2, "he is still waited for"
        client.close()


def test_many_requests_at_once_are_answered_in_order_and_others_between_them(server):
    many, other, slowest = Client(server), Client(server), 0.0
    sender = threading.Thread(target=many.send, args=(b"".join(PRODUCT % (n % 20) for n in range(2000)),))
    sender.start()
    for n in range(2000):
        assert many.read() == (b"200", b'{"product":{"id":"prod_%05d"}}' % (n % 20)), n
        if n % 100 == 0:
            begun = time.monotonic()
            assert other.ask(POST)[0] == b"200"
            slowest = max(slowest, time.monotonic() - begun)
    sender.join()
    assert slowest < 2, slowest
    many.close()
    other.close()


def wander(server, seed, seconds, wrong):
    """A client that sends in pieces, pauses, several requests at once, and now and then goes away in the middle."""
    chance, end = random.Random(seed), time.monotonic() + seconds
    client = Client(server)
    try:
        while time.monotonic() < end:
            numbers = [chance.randrange(20) for _ in range(chance.choice((1, 1, 1, 2, 40)))]
            data = b"".join(PRODUCT % n for n in numbers)
            cut = chance.randrange(len(data)) if chance.random() < 0.3 else len(data)
            client.send(data[:cut])
            if chance.random() < 0.05:
                client.close()
                client = Client(server)
                continue
            time.sleep(chance.choice((0, 0, 0.001, 0.01)) if cut < len(data) else 0)
            client.send(data[cut:])
            for n in numbers:
                answer = client.read()
                if answer != (b"200", b'{"product":{"id":"prod_%05d"}}' % n):
                    raise ValueError(answer)
            time.sleep(chance.choice((0, 0, 0, 0.002, 0.05)))
    except (OSError, ValueError) as error:
        wrong.append(repr(error))
    finally:
        client.close()


def test_nobody_is_forgotten(server):
    wrong = []
    threads = [threading.Thread(target=wander, args=(server, seed, 4, wrong)) for seed in range(48)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[:3]


def test_nothing_is_left_behind(server):
    time.sleep(0.3)
    metrics = server.ask("GET", "/metrics", port=server.admin_port).body.decode()
    values = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if line[0] != "#")
    assert values["weft_requests_open"] == "0" and values["weft_connections_open"] == "0", metrics


if __name__ == "__main__":
    sys.exit(harness.main(globals(), sys.argv[1], "--admin", "0", "--log", "errors", "--receive-ms", str(int(RECEIVE_S * 1000)),
                          "--idle-ms", "20000", store="postgres"))
