#!/usr/bin/env python3
"""A server that must end does: what still waits for its database when the deadline of the end is over is cancelled, and a
change is not half done.  usage: test_drain.py WEFT"""
import json
import signal
import socket
import subprocess
import sys
import time

import harness

ENDED_S = 3  # the deadline and some; a lock that is waited for ends by itself after 5 s, which would show nothing


def reload(server):
    server.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + 10
    while not any('"event":"reloaded"' in line for line in server.log):
        assert time.monotonic() < end, server.log
        time.sleep(0.02)


def end_while_waiting(shop, method, path, body, reloads=0):
    """Ends the server, its project read anew before, while one request waits for a locked table; how long that took."""
    server = harness.Server([shop.weft, "-C", shop.folder, "serve", "--listen", "0", "--admin", "0", "--drain-ms", "400"],
                            shop.environment)
    try:
        with harness.Lock(shop.environment["DATABASE_URL"], "product"), socket.create_connection(("127.0.0.1", server.port), 20) as link:
            data = json.dumps(body).encode() if body is not None else b""
            link.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
            end = time.monotonic() + 10
            while b"weft_requests_open 1" not in server.ask("GET", "/metrics", port=server.admin_port).body:
                assert time.monotonic() < end
                time.sleep(0.02)
            time.sleep(0.3)
            for _ in range(reloads):
                server.log.clear()
                reload(server)
            begun = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            answer = b""
            while piece := link.recv(65536):
                answer += piece
            assert b"HTTP/1.1 2" not in answer, answer
            assert server.process.wait(timeout=20) == 0
            return time.monotonic() - begun
    finally:
        server.kill()


def assert_nothing_was_done(shop):
    done = subprocess.run(["psql", "-X", "-t", "-A", shop.environment["DATABASE_URL"], "-c",
                           "SELECT count(*) FROM product WHERE title = 'never'"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0", done.stdout


def test_a_read_is_cancelled(shop):
    assert 0.3 < end_while_waiting(shop, "GET", "/products?limit=5", None) < ENDED_S


def test_a_graph_that_is_explained_and_run_is_cancelled(shop):
    body = {"entity": "product", "fields": ["id"]}
    assert 0.3 < end_while_waiting(shop, "POST", "/graph/explain?analyze", body) < ENDED_S


def test_a_change_is_cancelled_and_not_done(shop):
    assert 0.3 < end_while_waiting(shop, "PATCH", "/products/prod_00001", {"title": "never"}) < ENDED_S
    assert_nothing_was_done(shop)


def test_a_change_on_a_project_that_was_replaced_is_cancelled_and_not_done(shop):
    assert 0.3 < end_while_waiting(shop, "PATCH", "/products/prod_00001", {"title": "never"}, reloads=1) < ENDED_S
    assert 0.3 < end_while_waiting(shop, "POST", "/graph/explain?analyze", {"entity": "product", "fields": ["id"]}, reloads=2) < ENDED_S
    assert_nothing_was_done(shop)


def test_making_records_and_links_is_cancelled(shop):
    assert end_while_waiting(shop, "POST", "/products", [{"title": "never", "handle": "never"}]) < ENDED_S
    link = {"product": {"product_id": "prod_00001"}, "review": {"review_id": "rev_00001"}}
    assert end_while_waiting(shop, "POST", "/links", link) < ENDED_S
    assert_nothing_was_done(shop)


def test_a_deletion_is_cancelled_and_finished_or_taken_back(shop):
    assert end_while_waiting(shop, "DELETE", "/products/prod_00002", None) < ENDED_S
    shop.run("recover")
    server = harness.Server([shop.weft, "-C", shop.folder, "serve", "--listen", "0"], shop.environment)
    try:
        assert server.get("/products/prod_00002").status in (200, 404)
        assert server.get("/products/prod_00001?fields=title").json["product"]["title"] != "never"
        assert server.stop() == 0
    finally:
        server.kill()


def main():
    shop = harness.Shop(sys.argv[1], "postgres")
    try:
        return harness.run_tests(globals(), shop)
    finally:
        shop.close()


if __name__ == "__main__":
    sys.exit(main())
