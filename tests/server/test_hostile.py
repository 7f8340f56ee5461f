#!/usr/bin/env python3
"""Clients that are slow on purpose, or send what two readers would read in two ways: they get what they deserve, and
nobody else notices.  usage: test_hostile.py WEFT

Every limit is small here: 24 connections, 1.5 s to send a request (receive_ms), 3 s without traffic (idle_ms), 1.5 s to
take an answer (send_ms)."""
import contextlib
import json
import socket
import sys
import threading
import time

import harness

GRAPH = b'{"entity":"product","fields":["id"],"pagination":{"take":1}}'
POST = b"POST /graph HTTP/1.1\r\nHost: localhost\r\n"
AFTER = b"GET /products/prod_00001?fields=id HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
RECEIVE_S, IDLE_S, SEND_S = 1.5, 3.0, 1.5


def connect(server, receive_bytes=None):
    link = socket.socket()
    if receive_bytes:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    link.settimeout(15)
    link.connect(("127.0.0.1", server.port))
    return link


def read_all(link):
    out = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := link.recv(65536):
            out += piece
    return out


def raw(server, data):
    with connect(server) as link:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            link.sendall(data)
        return read_all(link)


@contextlib.contextmanager
def others_are_served(server, seconds=2.0):
    """While the block runs, a well-behaved client is always answered, and within `seconds`."""
    ended, slowest, wrong = threading.Event(), [0.0], []

    def ask():
        number = 0
        while not ended.is_set():
            number = (number + 1) % 20
            begun = time.monotonic()
            try:
                answer = server.ask("GET", f"/products/prod_{number:05}?fields=id", fresh=True)
                if answer.status != 200 or answer.json != {"product": {"id": f"prod_{number:05}"}}:
                    wrong.append((answer.status, answer.body))
            except OSError as error:
                wrong.append(error)
            slowest[0] = max(slowest[0], time.monotonic() - begun)
            time.sleep(0.02)

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        yield
    finally:
        ended.set()
        asker.join()
    assert not wrong, wrong[:3]
    assert slowest[0] < seconds, f"a good client waited {slowest[0]:.2f} s"


def drip(server, begin, piece, count=16):
    """`count` clients that send `begin` and then `piece` again and again; what each was told, and after how long."""
    links = [connect(server) for _ in range(count)]
    told = {}
    begun = time.monotonic()
    for link in links:
        link.sendall(begin)
    with others_are_served(server):
        while len(told) < count and time.monotonic() - begun < 10:
            for link in links:
                if link not in told:
                    try:
                        link.sendall(piece)
                        link.settimeout(0.001)
                        told[link] = (link.recv(4096), time.monotonic() - begun)
                    except TimeoutError:
                        pass
                    except OSError:
                        told[link] = (b"", time.monotonic() - begun)
            time.sleep(0.05)
    for link in links:
        link.close()
    return list(told.values())


def test_headers_that_drip_end_after_receive_ms(server):
    told = drip(server, b"GET /products HTTP/1.1\r\nHost: localhost\r\n", b"X-Slow: yes\r\n")
    assert len(told) == 16, told
    assert all(RECEIVE_S * 0.9 < seconds < RECEIVE_S + 3 for _, seconds in told), told
    assert sum(answer.startswith(b"HTTP/1.1 408 ") for answer, _ in told) >= 14, told


def test_bodies_that_drip_end_after_receive_ms(server):
    told = drip(server, POST + b"Content-Length: 100000\r\n\r\n{", b" ")
    assert len(told) == 16 and all(RECEIVE_S * 0.9 < seconds < RECEIVE_S + 3 for _, seconds in told), told
    assert sum(answer.startswith(b"HTTP/1.1 408 ") for answer, _ in told) >= 14, told


def test_chunks_that_drip_end_after_receive_ms(server):
    told = drip(server, POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", count=4)
    assert len(told) == 4 and all(seconds < RECEIVE_S + 3 for _, seconds in told), told


def test_connections_without_traffic_end_after_idle_ms(server):
    with connect(server) as silent, connect(server) as kept:
        begun = time.monotonic()
        kept.sendall(AFTER.replace(b"Connection: close\r\n", b""))
        with others_are_served(server):
            assert kept.recv(65536).startswith(b"HTTP/1.1 200 ")
            assert read_all(kept).startswith((b"", b"HTTP/1.1 408 "))
            assert IDLE_S * 0.6 < time.monotonic() - begun < IDLE_S + RECEIVE_S + 3
            assert read_all(silent).startswith((b"", b"HTTP/1.1 408 "))
            assert time.monotonic() - begun < IDLE_S + RECEIVE_S + 3


def test_a_half_closed_connection_is_answered_and_then_over(server):
    with connect(server) as link:
        link.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(GRAPH) + GRAPH)
        link.shutdown(socket.SHUT_WR)
        answer = read_all(link)
        assert answer.startswith(b"HTTP/1.1 200 ") and b'{"data":[{"id":' in answer, answer
    begun = time.monotonic()
    links = [connect(server) for _ in range(16)]
    with others_are_served(server):
        for link in links:
            link.sendall(POST + b"Content-Length: 1000\r\n\r\n{")
            link.shutdown(socket.SHUT_WR)
        for link in links:
            assert b" 200 " not in read_all(link)
            link.close()
    assert time.monotonic() - begun < RECEIVE_S + 3


def test_readers_that_never_read_are_cut_off_after_send_ms(server):
    links = []
    try:
        for _ in range(12):
            link = connect(server, 4096)
            link.sendall(b"GET /products?limit=1000&fields=*&id[$like]=big%25 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            links.append(link)
        with others_are_served(server):
            time.sleep(0.5)
            heads = [link.recv(16, socket.MSG_PEEK) for link in links]
            assert b"HTTP/1.1 200 OK\r" in heads and set(heads) <= {b"HTTP/1.1 200 OK\r", b"HTTP/1.1 503 Ser"}, heads
            time.sleep(SEND_S + 1)
        sent = [link for link, head in zip(links, heads) if b"200" in head]
        assert not read_all(sent[0]).endswith(b"0\r\n\r\n"), "an answer went on after send_ms"
    finally:
        for link in links:
            link.close()
    again = server.ask("GET", "/products?limit=1000&fields=*&id[$like]=big%25", fresh=True)
    assert again.status == 200 and again.json["count"] == 1000


def test_connections_beyond_the_limit_wait_their_turn(server):
    links = [connect(server) for _ in range(40)]
    try:
        for link in links:
            link.sendall(b"GET /products HTTP/1.1\r\nHost: localhost\r\nX-Slow")
        begun = time.monotonic()
        answer = server.ask("GET", "/products/prod_00001?fields=id", fresh=True)
        assert answer.status == 200 and answer.json == {"product": {"id": "prod_00001"}}
        assert time.monotonic() - begun < 2 * RECEIVE_S + 4, "the hostile ones were not cut off"
    finally:
        for link in links:
            link.close()


def test_huge_heads_are_refused(server):
    with others_are_served(server):
        for head in (b"X: " + b"x" * 300000 + b"\r\n", b"X: y\r\n" * 20000, b"X" * 300000 + b": y\r\n"):
            answer = raw(server, b"GET /products HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n")
            assert answer == b"" or answer[9:12] in (b"431", b"400", b"413"), answer[:200]
        answer = raw(server, b"GET /products?" + b"x" * 300000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert answer == b"" or answer[9:12] in (b"414", b"431"), answer[:200]


def test_addresses_that_do_not_fit_are_refused_at_once(server):
    rest = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    many, long = b"&".join(b"title[]=%d" % n for n in range(9000)), b"&".join([b"title[]=" + b"x" * 150] * 600)
    with others_are_served(server):
        for query in (many, long, b"&" * 1000, b"&" * 60000, b"=&" * 50000, many[:20000]):
            begun = time.monotonic()
            answer = raw(server, b"GET /products?" + query + rest)
            # What is longer than all the room libmicrohttpd refuses by itself, with a page of its own.
            assert answer.startswith(b"HTTP/1.1 414 "), answer[:200]
            assert b"POST /graph" in answer or len(query) > 14000, answer[:200]
            assert time.monotonic() - begun < RECEIVE_S * 0.6, "not at once"
        body = b'{"id":"p","title":"never","handle":"never"}'
        answer = raw(server, POST.replace(b"/graph", b"/products?" + long) + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        assert answer.startswith(b"HTTP/1.1 414 "), answer[:200]
        for query in (b"&" * 159, many[:many.index(b"&title[]=160")], b"title=" + b"x" * 13000, long[:len(long) // 12]):
            answer = raw(server, b"GET /products?" + query + rest)
            assert answer.startswith(b"HTTP/1.1 200 "), answer[:200]
    assert server.ask("GET", "/products/p", fresh=True).status == 404


def test_requests_whose_end_is_in_doubt_are_refused_and_nothing_after_them_is_read(server):
    length, chunked = b"Content-Length: %d\r\n" % len(GRAPH), b"%x\r\n" % len(GRAPH) + GRAPH + b"\r\n0\r\n\r\n"
    doubtful = {
        "two lengths": (length + b"Content-Length: 0\r\n", GRAPH),
        "two lengths, the other first": (b"Content-Length: 0\r\n" + length, GRAPH),
        "a length twice": (length * 2, GRAPH),
        "lengths in a list": (b"Content-Length: %d, %d\r\n" % (len(GRAPH), len(GRAPH)), GRAPH),
        "a signed length": (b"Content-Length: +%d\r\n" % len(GRAPH), GRAPH),
        "a negative length": (b"Content-Length: -1\r\n", GRAPH),
        "a length in hex": (b"Content-Length: 0x%x\r\n" % len(GRAPH), GRAPH),
        "a space before the colon": (b"Content-Length : %d\r\n" % len(GRAPH), GRAPH),
        "a length beside chunks": (b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", chunked),
        "chunks beside a length": (b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", chunked),
        "an unknown coding": (b"Transfer-Encoding: xchunked\r\n", chunked),
        "two codings": (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", chunked),
        "a list of codings": (b"Transfer-Encoding: gzip, chunked\r\n", chunked),
        "a folded line": (b"X-A: b\r\n Content-Length: 3\r\n" + length, GRAPH),
        "a carriage return inside": (b"X: a\rContent-Length: 2\r\n" + length, GRAPH),
        "two hosts": (b"Host: localhost:1\r\n" + length, GRAPH),
        "a negative chunk": (b"Transfer-Encoding: chunked\r\n", b"-1\r\n" + GRAPH + b"\r\n0\r\n\r\n"),
        "an endless chunk": (b"Transfer-Encoding: chunked\r\n", b"f" * 20 + b"\r\n" + GRAPH),
        "a chunk of nonsense": (b"Transfer-Encoding: chunked\r\n", b"zz\r\n" + GRAPH),
    }
    with others_are_served(server):
        for what, (headers, body) in doubtful.items():
            answer = raw(server, POST + headers + b"\r\n" + body + AFTER)
            assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 413 ")), (what, answer[:200])
            assert b" 200 OK" not in answer and b"prod_00001" not in answer, (what, answer)
        without = raw(server, b"GET /products HTTP/1.1\r\n\r\n")
        assert without.startswith(b"HTTP/1.1 400 "), without[:100]
    for headers, body in ((length, GRAPH), (b"transfer-encoding: Chunked\r\n", chunked)):
        answer = raw(server, POST + headers + b"\r\n" + body + AFTER)
        assert answer.count(b"HTTP/1.1 200 OK") == 2 and b'{"product":{"id":"prod_00001"}}' in answer, answer


def test_the_server_is_as_before(server):
    told = json.loads(server.ask("GET", "/products?limit=3&fields=id", fresh=True).body)
    assert [row["id"] for row in told["products"]] == ["big_0000", "big_0001", "big_0002"], told
    time.sleep(0.2)
    metrics = server.ask("GET", "/metrics", port=server.admin_port).body.decode()
    values = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if line[0] != "#")
    assert values["weft_requests_open"] == "0", metrics
    assert values["weft_streams_open"] == "0" and int(values["weft_connections_open"]) <= 3, values
    assert server.process.poll() is None


def main():
    shop = harness.Shop(sys.argv[1])
    server = None
    try:
        server = harness.Server([shop.weft, "-C", shop.folder, "serve", "--listen", "0", "--admin", "0", "--connections", "24",
                                 "--receive-ms", "1500", "--idle-ms", "3000", "--send-ms", "1500"], shop.environment)
        server.shop = shop
        rows = [{"id": f"big_{n:04}", "title": f"{n} " * 1000, "handle": f"big-{n}"} for n in range(1000)]
        for at in range(0, 1000, 50):
            assert server.ask("POST", "/products", rows[at:at + 50]).status == 201
        status = harness.run_tests(globals(), server)
        ended = server.stop()
        assert ended == 0, f"weft serve ended with {ended}: {''.join(server.log)}"
        return status
    finally:
        if server:
            server.kill()
        shop.close()


if __name__ == "__main__":
    sys.exit(main())
