#!/usr/bin/env python3
"""Lists, records and graph requests over HTTP.  usage: test_reading.py WEFT"""
import json
import sys

import harness


def test_a_list_is_a_page_with_its_count(server):
    answer = server.get("/products?limit=2&offset=1&fields=title,blog_posts.author")
    assert answer.status == 200 and answer.headers["content-type"] == "application/json", answer.body
    assert list(answer.json) == ["products", "count", "offset", "limit"], answer.json
    assert (answer.json["count"], answer.json["offset"], answer.json["limit"]) == (20, 1, 2)
    assert [list(record) for record in answer.json["products"]] == [["id", "title", "blog_posts"]] * 2


def test_without_parameters_a_list_has_twenty_records_with_own_fields(server):
    answer = server.get("/blog-posts").json
    assert len(answer["blog_posts"]) == 20 and answer["limit"] == 20 and answer["count"] == 45
    assert answer["blog_posts"][0]["id"] == "post_00000" and "views" in answer["blog_posts"][0]
    assert server.get("/blog_posts").json == answer


def test_filters_are_typed_by_their_fields(server):
    everything = server.get("/blog-posts?limit=1000&fields=views,author,status").json["blog_posts"]

    def ids(query):
        answer = server.get("/blog-posts?limit=1000&fields=id&" + query)
        assert answer.status == 200, answer.body
        return [post["id"] for post in answer.json["blog_posts"]]

    assert ids("views[$gt]=5000") == [p["id"] for p in everything if p["views"] > 5000] != []
    assert ids("author=Ada&status=published") == [
        p["id"] for p in everything if p["author"] == "Ada" and p["status"] == "published"] != []
    assert ids("author[]=Ada&author[]=Grace") == ids("author[$in][]=Ada&author[$in][]=Grace") == [
        p["id"] for p in everything if p["author"] in ("Ada", "Grace")] != []
    assert ids("$or[0][author]=Ada&$or[1][views][$lt]=500") == [
        p["id"] for p in everything if p["author"] == "Ada" or p["views"] < 500] != []
    assert ids("author[$exists]=true") == [p["id"] for p in everything if p["author"] is not None] != []
    assert ids("filters[author]=Ada") == ids("author=Ada") == ids("filters=%7B%22author%22%3A%22Ada%22%7D")


def test_filters_lead_over_edges(server):
    by_dot = server.get("/products?fields=id&blog_posts.author=Ada").json
    by_bracket = server.get("/products?fields=id&blog_posts[author]=Ada").json
    graph = server.ask("POST", "/graph", {"entity": "product", "fields": ["id"],
                                          "filters": {"blog_posts": {"author": "Ada"}}}).json
    assert by_dot["products"] == by_bracket["products"] == graph["data"] != []
    none = server.get("/products?fields=id&blog_posts[$count][$gte]=3").json
    assert 0 < none["count"] < 20


def test_aggregates_are_typed_by_their_fields(server):
    most = {p["id"]: p["$max"]["blog_posts.views"] for p in
            server.get("/products?limit=50&fields=blog_posts.$max.views").json["products"]}
    wanted = {key for key, views in most.items() if views is not None and views > 100}
    assert wanted and wanted != set(most)
    for query in ("blog_posts[$max.views][$gt]=100", "blog_posts.$max.views[$gt]=100", "blog_posts[$max][views][$gt]=100"):
        answer = server.get("/products?limit=50&fields=id&" + query)
        assert answer.status == 200 and {p["id"] for p in answer.json["products"]} == wanted, (query, answer.body)


def test_what_is_not_understood_is_refused(server):
    for query, code, where, hint in (
            ("bogus=1", "unknown_key", "?bogus", ""),
            ("limt=5", "unknown_key", "?limt", 'Did you mean "limit"?'),
            ("titel=x", "unknown_key", "?titel", 'Did you mean "title"?'),
            ("limit=-1", "type_mismatch", "?limit", ""),
            ("limit=5&limit=6", "invalid_request", "?limit", ""),
            ("status=draft&status=published", "invalid_request", "?status", "field[]=a"),
            ("title[$bogus]=x", "unknown_operator", "", ""),
            ("fields=titel", "unknown_field", "", "title"),
            ("fields=title,-status", "invalid_request", "?fields", "sign"),
            ("order=-titel", "unknown_field", "", "title"),
            ("title[=x", "invalid_request", "?title[", ""),
            ("with_deleted=yes", "type_mismatch", "?with_deleted", "?with_deleted=true"),
            ("with_deleted&with_deleted", "invalid_request", "?with_deleted", ""),
            ("fields&fields", "invalid_request", "?fields", ""),
            ("limit=+5", "type_mismatch", "?limit", "in digits"),
            ("cursor=x", "unknown_key", "?cursor", "Parameters are fields, limit"),
            ("filters[limit]=5", "unknown_key", "?limit", "Parameters are"),
            ("blog_posts[$max.views][$gt]=x", "type_mismatch", "", ""),
            ("filters=5", "invalid_request", "?filters", ""),
            ("title=%zz", "invalid_request", "", ""),
            ("title=%FF", "invalid_request", "", "")):
        answer = server.get("/products?" + query)
        assert answer.status == 400, (query, answer.status, answer.body)
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json
        assert problem["code"] == code and problem["status"] == 400, (query, problem)
        assert problem.get("where", "").startswith(where) and hint in problem.get("hint", ""), (query, problem)


def test_the_grammar_of_fields(server):
    def names(fields):
        answer = server.get("/products/prod_00000?fields=" + fields)
        assert answer.status == 200, answer.body
        return list(answer.json["product"])

    own = ["id", "title", "handle", "status", "metadata", "created_at", "updated_at", "deleted_at"]
    assert names("title") == ["id", "title"]
    assert names("") == ["id"]
    assert names("*") == own
    assert names("%2Bblog_posts.title,-metadata") == [f for f in own if f != "metadata"] + ["blog_posts"]
    assert names("+blog_posts.title") == own + ["blog_posts"]
    assert names("*blog_posts,-deleted_at") == own[:-1] + ["blog_posts"]
    assert names("title,blog_posts.*") == names("title,*blog_posts") == ["id", "title", "blog_posts"]


def test_a_record_by_its_key(server):
    assert server.get("/products/prod_00000?fields=id,blog_posts.id").json == {
        "product": {"id": "prod_00000", "blog_posts": [{"id": f"post_0000{n}"} for n in range(3)]}}
    missing = server.get("/products/prod%22%5C_9")
    assert missing.status == 404 and missing.json["code"] == "not_found"
    assert missing.json["message"] == 'no live product has the key "prod"\\_9"', missing.json
    assert server.get("/products/prod_00000?limit=3").json["where"] == "?limit"


def test_records_asked_one_after_another_are_those_asked_alone(server):
    """A connection recalls its last request for a record: whatever differs must be seen."""
    paths = ["/products/prod_00000", "/products/prod_00001", "/products/prod_00001?fields=title", "/products/prod_00002?fields=title",
             "/blog-posts/post_00001?fields=title", "/blog_posts/post_00002?fields=title", "/products/post_00001?fields=title",
             "/products/prod_00003?fields=titel", "/products/prod_00003?fields=title", "/products/prod_00004?fields=title&with_deleted=true",
             "/products/prod%22%5C_9?fields=title", "/products/prod_00005?fields=title", "/products/%7B%22id%22%3A1%7D?fields=title",
             "/products/prod_00006?fields=title&fields=id", "/products/prod_00006?", "/products/prod_00006?fields=%22id%22,title",
             "/products/prod_00007?fields=title", "/blog.blog-posts/post_00003?fields=title", "/products/prod%5f00008?fields=title",
             "/productz/prod_00008?fields=title", "/products/prod_00009?fields=title"]
    for path in paths + paths[::-1]:
        one, alone = server.get(path), server.ask("GET", path, fresh=True)
        wanted = {name: value for name, value in alone.json.items() if name not in ("request_id", "instance")}
        assert one.status == alone.status and {n: one.json[n] for n in wanted} == wanted, (path, one.body, alone.body)
    assert server.get("/products/prod_00007?fields=title").json["product"]["id"] == "prod_00007"
    assert server.get("/products/prod_00008?fields=title").json["product"]["id"] == "prod_00008"


def test_what_is_not_served_is_said_with_the_nearest(server):
    answer = server.get("/productz")
    assert answer.status == 404 and answer.json["hint"] == 'Did you mean "/products"?', answer.json
    answer = server.ask("PUT", "/graph", "{}")
    assert answer.status == 405 and answer.headers["allow"].startswith("POST"), answer.headers


def test_graph_requests_answer_what_the_program_answers(server):
    request = {"entity": "product", "fields": ["id", "blog_posts.*", "reviews.customer.name"],
               "pagination": {"skip": 1, "take": 3, "order": {"title": "DESC"}}}
    answer = server.ask("POST", "/graph", request)
    assert answer.body.decode() + "\n" == server.shop.run("query", json.dumps(request))
    lines = server.ask("POST", "/graph", request, {"Accept": "application/x-ndjson"})
    assert [json.loads(line) for line in lines.body.splitlines()] == answer.json["data"]
    bad = server.ask("POST", "/graph", '{"entity":"product","fields":["titel"]}')
    assert bad.status == 400 and bad.json["where"] == "/fields/0" and bad.json["hint"], bad.json


def test_a_large_answer_is_streamed(server):
    rows = [{"id": f"big_{n:04}", "title": "x" * 2000, "handle": f"big-{n}"} for n in range(400)]
    path = server.shop.folder + "/big.ndjson"
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(json.dumps(row) for row in rows))
    server.shop.run("import", "product", path)
    answer = server.get("/products?limit=1000&id[$like]=big%25&order=-id")
    assert answer.headers.get("transfer-encoding") == "chunked", answer.headers
    assert [r["id"] for r in answer.json["products"]] == [r["id"] for r in reversed(rows)]
    assert answer.json["count"] == 400 and len(answer.body) > 800000


if __name__ == "__main__":
    sys.exit(harness.main(globals(), sys.argv[1]))
