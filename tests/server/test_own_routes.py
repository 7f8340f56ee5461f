#!/usr/bin/env python3
"""examples/own-route: the guide's custom route beside the others.  usage: test_own_routes.py WEFT OWN_ROUTE"""
import json
import sys

import harness


def test_the_guides_route_answers_as_the_guide_says(server):
    answer = server.get("/products/prod_00000/blog-posts")
    graph = json.loads(server.shop.run("query", json.dumps(
        {"entity": "product", "fields": ["id", "title", "blog_posts.*"], "filters": {"id": "prod_00000"}})))
    assert answer.status == 200 and answer.json == {"product": graph["data"][0]} and len(answer.json["product"]["blog_posts"]) == 3
    assert answer.headers["etag"] and answer.headers["content-type"] == "application/json"


def test_a_parameter_is_a_value_and_never_part_of_the_request(server):
    for key in ("none", "%22%7D%2C%22withDeleted%22%3Atrue%2C%22x%22%3A%7B%22", "%5C", "%5Bid%5D"):
        answer = server.get(f"/products/{key}/blog-posts")
        assert answer.status == 404 and answer.json["code"] == "not_found", (key, answer.body)


def test_the_other_routes_are_there_still(server):
    assert list(server.get("/products/prod_00000/variants").json) == ["variants", "count", "offset", "limit"]
    assert server.ask("POST", "/products/prod_00000/blog-posts", "{}").status == 405


def main():
    shop = harness.Shop(sys.argv[1])
    server = None
    try:
        server = harness.Server([sys.argv[2], "-C", shop.folder, "serve", "--listen", "0"], shop.environment)
        server.shop = shop
        status = harness.run_tests(globals(), server)
        assert server.stop() == 0, "".join(server.log)
        return status
    finally:
        if server:
            server.kill()
        shop.close()


if __name__ == "__main__":
    sys.exit(main())
