#!/usr/bin/env python3
"""Records, links and deletions changed over HTTP.  usage: test_writing.py WEFT"""
import json
import sys

import harness


def test_a_record_is_made_changed_and_found(server):
    made = server.ask("POST", "/products", {"title": "Oak \"bowl\"", "handle": "oak/bowl 1"})
    assert made.status == 201, made.body
    record = made.json["product"]
    assert made.headers["location"] == "/products/" + record["id"] and record["status"] == "draft"
    assert server.get(made.headers["location"]).json == {"product": record}
    changed = server.ask("PATCH", made.headers["location"], {"status": "published"})
    assert changed.status == 200 and changed.json["product"]["status"] == "published"
    assert changed.json["product"]["title"] == record["title"]


def test_many_records_are_made_at_once_or_none(server):
    made = server.ask("POST", "/products", [{"id": f"many_{n}", "title": "x", "handle": f"many-{n}"} for n in range(3)])
    assert made.status == 201 and [r["id"] for r in made.json["products"]] == ["many_0", "many_1", "many_2"]
    again = server.ask("POST", "/products", [{"id": "many_3", "title": "x", "handle": "many-3"},
                                             {"id": "many_4", "title": "x", "handle": "many-1"}])
    assert again.status == 409 and again.json["code"] == "unique_violation", again.json
    assert server.get("/products/many_3").status == 404


def test_a_key_that_needs_escapes_is_found_at_its_location(server):
    made = server.ask("POST", "/products", {"id": "a b/ü%?", "title": "x", "handle": "escaped"})
    assert made.headers["location"] == "/products/a%20b%2F%C3%BC%25%3F", made.headers
    assert server.get(made.headers["location"]).json["product"]["id"] == "a b/ü%?"


def test_mistakes_in_writing_are_told(server):
    for method, path, body, status, code in (
            ("POST", "/products", "", 400, "invalid_request"),
            ("POST", "/products", "{", 400, "invalid_json"),
            ("POST", "/products", {"title": "x"}, 422, "required_value"),
            ("POST", "/products", {"title": 5, "handle": "h"}, 400, "type_mismatch"),
            ("POST", "/products", {"titel": "x", "handle": "h"}, 400, "unknown_field"),
            ("POST", "/products?fields=id", {"title": "x", "handle": "h"}, 400, "unknown_key"),
            ("PATCH", "/products/none", {"title": "x"}, 404, "not_found"),
            ("DELETE", "/products/none", None, 404, "not_found"),
            ("DELETE", "/products/many_0?impct", None, 400, "unknown_key"),
            ("DELETE", "/products/many_0?max=0", None, 400, "type_mismatch"),
            ("POST", "/restore", {"deletion": 5}, 400, "invalid_request"),
            ("POST", "/restore", {"deletion": "del_none"}, 404, "not_found"),
            ("POST", "/links", {"link": "product_blog", "left": "a", "right": "b"}, 400, "unknown_link"),
            ("POST", "/links", {"link": "product_blog_post", "left": "a", "right": "b"}, 422, "missing_record"),
            ("PUT", "/products/many_0", {}, 405, "unsupported")):
        answer = server.ask(method, path, body)
        assert answer.status == status and answer.json["code"] == code, (method, path, answer.status, answer.json)


def test_impact_shows_and_deleting_does_and_restoring_undoes(server):
    before = server.get("/products/prod_00000?fields=*,blog_posts.id,variants.id").json
    impact = server.ask("DELETE", "/products/prod_00000?impact").json
    assert impact["deleted"] is False and impact["object"] == "product" and impact["id"] == "prod_00000"
    assert server.get("/products/prod_00000?fields=*,blog_posts.id,variants.id").json == before
    done = server.ask("DELETE", "/products/prod_00000").json
    assert done["deleted"] is True and done["stores"] == impact["stores"] and done["records"] > 3
    assert server.get("/products/prod_00000").status == 404
    assert server.get("/products/prod_00000?with_deleted=true").status == 200
    assert server.get("/blog-posts/post_00000").status == 404
    restored = server.ask("POST", "/restore", {"deletion": done["deletion"]})
    assert restored.status == 200 and restored.json["left"] == 0, restored.json
    assert server.get("/products/prod_00000?fields=*,blog_posts.id,variants.id").json == before


def test_links_are_made_listed_and_dismissed(server):
    pair = {"product": {"product_id": "many_0"}, "blog": {"blog_post_id": "post_00001"}, "data": {"position": 7}}
    made = server.ask("POST", "/links", [pair, {"link": "product_blog_post", "left": "many_0", "right": "post_00002"}])
    assert made.status == 200 and [row["outcome"] for row in made.json["links"]] == ["created"] * 2, made.json
    listed = server.get("/links/product_blog_post?product_id=many_0&fields=position,blog_post.title&order=blog_post_id").json
    assert listed["count"] == 2 and listed["links"][0]["position"] == 7 and listed["links"][0]["blog_post"]["title"]
    assert server.get("/products/many_0/blog-posts?fields=id").json["blog_posts"] == [{"id": "post_00001"}, {"id": "post_00002"}]
    gone = server.ask("DELETE", "/links", {k: pair[k] for k in ("product", "blog")})
    assert gone.json["links"][0]["outcome"] == "dismissed", gone.json
    assert server.get("/links/product-blog-post?product_id=many_0").json["count"] == 1
    back = server.ask("POST", "/links/restore", {"link": "product_blog_post", "left": "many_0", "right": "post_00001"})
    assert back.json["links"][0]["outcome"] == "revived", back.json
    assert server.get("/links/product_blog_pst").json["hint"] == 'Did you mean "product_blog_post"?'


def test_partners_over_every_kind_of_edge(server):
    posts = server.get("/products/prod_00000/blog-posts?fields=title&order=-id&limit=2").json
    assert list(posts) == ["blog_posts", "count", "offset", "limit"] and posts["count"] == 3
    assert [p["id"] for p in posts["blog_posts"]] == ["post_00002", "post_00001"]
    assert server.get("/products/prod_00000/blog_posts?author=Grace").json["count"] == 1
    customer = server.get("/reviews/rev_00000/customer?fields=name").json
    assert list(customer) == ["customer"] and list(customer["customer"]) == ["id", "name"]
    rows = server.get("/products/prod_00000/blog-post-link?fields=position").json
    assert rows["count"] == 3 and list(rows["blog_post_link"][0]) == ["id", "position"]
    assert server.get("/products/many_1/blog-posts").json == {"blog_posts": [], "count": 0, "offset": 0, "limit": 20}
    missing = server.get("/products/none/blog-posts")
    assert missing.status == 404 and "none" in missing.json["message"]
    assert server.get("/reviews/none/customer").status == 404
    wrong = server.get("/products/prod_00000/blog-post")
    assert wrong.status == 404 and wrong.json["hint"] == 'Did you mean "blog_posts"?', wrong.json
    assert server.get("/reviews/rev_00000/customer?limit=2").json["where"] == "?limit"


def test_explain_shows_and_analyze_runs(server):
    request = {"entity": "product", "fields": ["id", "blog_posts.title"]}
    told = server.ask("POST", "/graph/explain", request)
    assert told.status == 200 and json.loads(server.shop.run("explain", "--json", json.dumps(request))) == told.json
    text = server.ask("POST", "/graph/explain", request, {"Accept": "text/plain"})
    assert text.headers["content-type"].startswith("text/plain") and b"SELECT" in text.body
    measured = server.ask("POST", "/graph/explain?analyze", request)
    assert measured.json["costs"][0]["statements"] == 1 and "costs" not in told.json


if __name__ == "__main__":
    sys.exit(harness.main(globals(), sys.argv[1]))
