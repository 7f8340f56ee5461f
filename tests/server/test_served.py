#!/usr/bin/env python3
"""examples/remote-module: a served module over HTTP, asked at once.  usage: test_served.py REMOTE_MODULE"""
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile

import harness

PROJECT = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "examples/remote-module")


def test_routes_read_a_served_model(server):
    answer = server.get("/reviews?fields=author,product.title&order=-rating")
    assert answer.status == 200, answer.body
    assert answer.json["reviews"][:2] == [{"id": "r1", "author": "Ada", "product": {"title": "Lamp"}},
                                          {"id": "r4", "author": "Dan", "product": None}], answer.body
    assert answer.json["count"] == 5, answer.body
    one = server.get("/reviews/r3")
    assert one.status == 200 and one.json == {"review": {"id": "r3", "author": "Cleo", "rating": 4, "body": None}}, one.body


def test_they_refuse_to_write_it(server):
    for method, path, body in (("POST", "/reviews", '{"id":"r6","author":"Flo","rating":3}'), ("DELETE", "/reviews/r1", None)):
        answer = server.ask(method, path, body)
        assert answer.status == 405 and answer.json["code"] == "unsupported", (method, answer.status, answer.body)
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS", answer.headers


def test_many_ask_at_once(server):
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: server.ask("GET", "/products?fields=title,reviews.author", fresh=True).body, range(64)))
    assert len(set(answers)) == 1 and b"Ada" in answers[0], answers[0]


def main():
    folder = tempfile.mkdtemp(prefix="weft-served-")
    server = None
    try:
        shutil.copytree(PROJECT, folder, dirs_exist_ok=True)
        for words in (["db:migrate"], ["create", "product", '{"id":"prod_1","title":"Lamp"}'], ["link", "create", "product_review", "prod_1", "r1"]):
            subprocess.run([sys.argv[1], "-C", folder, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server = harness.Server([sys.argv[1], "-C", folder, "serve", "--listen", "0"], dict(os.environ))
        status = harness.run_tests(globals(), server)
        assert server.stop() == 0, "".join(server.log)
        return status
    finally:
        if server:
            server.kill()
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
