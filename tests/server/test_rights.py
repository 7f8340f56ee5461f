"""Roles: what a role does not list is reached by no part of the grammar, and is told to nobody."""
import json
import os
import signal
import sys
import time
import urllib.parse

import harness
from test_keys import bearer, make_key, path_of

ROLES = """
roles:
  clerk:
    modules:
      product: { product: [title, status, blog_posts, variants], product_variant: [title, product] }
      blog: { blog_post: [title, products, comments], comment: [body, post] }
    links: { product_blog_post: [product_id, product, blog_post] }
  reader: { modules: [product, blog], links: "*" }
  remover: { modules: [product, blog, review, loyalty, customer], links: "*" }
  nobody: { modules: {} }
  blind: { modules: { blog: { blog_post: [title], comment: "*" }, product: { product: [title] } }, links: "*" }
"""


def field_values(kind):
    return {"number": 1, "bigNumber": 1, "float": 1, "boolean": True, "dateTime": "2026-01-02T03:04:05.678Z",
            "json": {"a": 1}, "array": ["a"], "autoincrement": 1}.get(kind, "draft")


class World:
    """The shop's whole catalog, and what the clerk sees of it."""

    def __init__(self, shop):
        catalog = json.loads(shop.run("graph", "--format", "json"))
        self.models = {m["entity"]: m for module in catalog["modules"] for m in module["models"]}
        self.links = {link["entity"]["entity"]: link["entity"] for link in catalog["links"] if link["entity"]}
        self.seen = {"product": ["id", "title", "status", "blog_posts", "variants"],
                     "product_variant": ["id", "title", "product"],
                     "blog_post": ["id", "title", "products", "comments"],
                     "comment": ["id", "body", "post"],
                     "product_blog_post": ["id", "product_id", "product", "blog_post"]}

    def entity(self, name):
        return self.models.get(name) or self.links[name]

    def hidden_fields(self, name):
        return [f for f in self.entity(name)["fields"] if f["name"] not in self.seen[name]]

    def hidden_edges(self, name):
        return [e for e in self.entity(name)["edges"] if e["name"] not in self.seen[name]]

    def seen_edges(self, name):
        return [e for e in self.entity(name)["edges"] if e["name"] in self.seen[name]]

    def hidden_entities(self):
        return [name for name in list(self.models) + list(self.links) if name not in self.seen]

    def hidden_names(self):
        """Names that stand nowhere in what the clerk sees."""
        seen = {name for names in self.seen.values() for name in names} | set(self.seen)
        hidden = {part["name"] for name in self.seen for part in self.hidden_fields(name) + self.hidden_edges(name)}
        hidden |= set(self.hidden_entities()) | {self.entity(name)["plural"] for name in self.hidden_entities()}
        return hidden - seen


def conditions(field):
    """Conditions on one field, by every operator that fits it."""
    name, kind, value = field["name"], field["type"], field_values(field["type"])
    yield {name: {"$exists": True}}
    yield {name: None}
    yield {name: {"$ne": value}}
    yield {"$and": [{"id": {"$ne": "x"}}, {name: {"$eq": value}}]}
    yield {"$or": [{"id": "x"}, {name: {"$exists": False}}]}
    yield {"$not": {"$or": [{"$not": {name: {"$exists": True}}}]}}
    if kind in ("id", "text"):
        yield from ({name: {op: "a%"}} for op in ("$like", "$ilike", "$gt", "$gte", "$lt", "$lte", "$contains"))
    if kind not in ("json", "array"):
        yield {name: {"$in": [value, None]}}
        yield {name: {"$nin": [value]}}
    if kind == "json":
        yield {name + ".color": "red"}
        yield {name: {"color": {"$exists": True}}}


def requests_on_field(entity, field):
    """Graph requests that touch one own field."""
    name, kind = field["name"], field["type"]
    base = {"entity": entity, "fields": ["id"]}
    yield base | {"fields": ["id", name]}
    yield base | {"fields": [name, "*"]}
    for condition in conditions(field):
        yield base | {"filters": condition}
    if kind not in ("json", "array"):
        for order in ({name: "ASC"}, [{"id": "DESC"}, {name: "DESC"}]):
            yield base | {"pagination": {"take": 2, "order": order}}
        yield base | {"pagination": {"take": 1, "after": None, "order": {name: "ASC"}}}
        yield base | {"pagination": {"take": 1, "before": None, "order": {name: "ASC"}}, "count": False}
    if kind == "json":
        yield base | {"fields": ["id", name + ".color"]}
        yield base | {"pagination": {"order": {name + ".color": "ASC"}}}
    if name == "deleted_at":
        yield base | {"withDeleted": True}


def requests_over_edge(entity, edge, field):
    """Graph requests that touch a field of the entity at the end of an edge."""
    name, over, kind = field["name"], edge["name"], field["type"]
    base = {"entity": entity, "fields": ["id"]}
    yield base | {"fields": ["id", f"{over}.{name}"]}
    for condition in conditions(field):
        yield base | {"filters": {over: condition}}
        yield base | {"filters": {"$not": {over: {"$some": condition}}}}
        yield base | {"filters": {over: {"$none": condition}}}
        yield base | {"filters": {over: {"$every": condition}}}
        yield base | {"fields": [f"{over}.id"], "with": {over: {"filters": condition}}}
    yield base | {"filters": {f"{over}.{name}": {"$exists": True}}}
    if name == "deleted_at":
        yield base | {"fields": [f"{over}.id"], "with": {over: {"withDeleted": True}}}
    if kind in ("json", "array"):
        return
    if not edge["list"]:
        yield base | {"pagination": {"order": {f"{over}.{name}": "ASC"}}}
        return
    yield base | {"fields": [f"{over}.id"], "with": {over: {"order": {name: "ASC"}, "take": 1}}}
    if kind != "boolean":
        yield base | {"fields": [f"{over}.$max.{name}"]}
        yield base | {"fields": ["id"], "pagination": {"order": {f"{over}.$min.{name}": "DESC"}}}
        yield base | {"filters": {over: {f"$max.{name}": {"$exists": True}}}}
        yield base | {"pagination": {"take": 1, "after": None, "order": {f"{over}.$max.{name}": "ASC"}}}
    if kind in ("number", "bigNumber", "float"):
        yield base | {"fields": [f"{over}.$sum.{name}", f"{over}.$avg.{name}"]}


def requests_on_edge(entity, edge):
    """Graph requests that walk one edge of the entity."""
    name = edge["name"]
    base = {"entity": entity, "fields": ["id"]}
    yield base | {"fields": ["id", name]}
    yield base | {"fields": ["id", f"{name}.*"]}
    yield base | {"fields": ["id", f"{name}.id"]}
    yield base | {"fields": [f"{name}.$count"]}
    yield base | {"filters": {name: {"id": {"$exists": True}}}}
    yield base | {"filters": {f"{name}.id": {"$exists": True}}}
    for condition in ({"$some": {}}, {"$none": {}}, {"$every": {}}, {"$exists": True}, {"$count": {"$gte": 0}}):
        yield base | {"filters": {name: condition}}
        yield base | {"filters": {"$or": [{"id": "x"}, {"$not": {name: condition}}]}}
    yield base | {"pagination": {"order": {f"{name}.$count": "ASC"}}}
    yield base | {"fields": [f"{name}.$max.id"]}
    if not edge["list"]:
        yield base | {"pagination": {"order": {f"{name}.id": "ASC"}}}


def requests_by_link_row():
    """Columns of the link row behind a partner, by its own names."""
    base = {"entity": "product", "fields": ["id"]}
    yield base | {"filters": {"blog_posts": {"$link.position": {"$gte": 0}}}}
    yield base | {"filters": {"blog_posts": {"$link": {"position": 1}}}}
    yield base | {"filters": {"blog_posts": {"blog_post_link.position": 1}}}
    yield base | {"fields": ["blog_posts.id"], "with": {"blog_posts": {"order": {"$link.position": "ASC"}}}}
    yield base | {"fields": ["blog_posts.id"], "with": {"blog_posts": {"filters": {"$link.position": None}}}}
    yield base | {"fields": ["blog_post_link.position"]}
    yield {"entity": "product_blog_post", "fields": ["position"]}
    yield {"entity": "product_blog_post", "fields": ["*"]}


def all_requests(world):
    for name in world.seen:
        for field in world.hidden_fields(name):
            wanted = f"{name}.{field['name']}"
            yield from ((wanted, request) for request in requests_on_field(name, field))
            for start in world.seen:
                for edge in world.seen_edges(start):
                    if edge["entity"] == name:
                        yield from ((wanted, request) for request in requests_over_edge(start, edge, field))
        for edge in world.hidden_edges(name):
            yield from ((f"{name}.{edge['name']}", request) for request in requests_on_edge(name, edge))
        yield f"{name}.*", {"entity": name, "fields": ["*"]}
        for edge in world.seen_edges(name):
            yield f"{edge['entity']}.*", {"entity": name, "fields": [edge["name"]]}
            yield f"{edge['entity']}.*", {"entity": name, "fields": [f"{edge['name']}.*"]}
    for name in world.hidden_entities():
        yield name, {"entity": name, "fields": ["*"]}
        yield name, {"entity": name, "fields": ["id"]}
    yield from (("product_blog_post.", request) for request in requests_by_link_row())


class Desk:
    """A server with keys: one that may do everything, and the clerk's."""

    def __init__(self, shop):
        self.shop, self.world = shop, World(shop)
        with open(os.path.join(shop.folder, "weft.yaml"), "a", encoding="utf-8") as stream:
            stream.write(ROLES)
        self.admin = make_key(shop, "--scope", "admin")
        self.clerk = make_key(shop, "--scope", "write", "--role", "clerk")
        self.server = harness.Server([shop.weft, "-C", shop.folder, "serve", "--listen", "0"], shop.environment)

    def ask(self, key, method, path, body=None, **headers):
        return self.server.ask(method, path, body, bearer(key) | {k.replace("_", "-"): v for k, v in headers.items()})


def test_no_part_of_a_graph_request_reaches_what_is_not_listed(desk):
    count = 0
    for wanted, request in all_requests(desk.world):
        free = desk.ask(desk.admin, "POST", "/graph", request)
        assert free.status == 200, (request, free.body)
        answer = desk.ask(desk.clerk, "POST", "/graph", request)
        assert answer.status == 403 and answer.headers["content-type"] == "application/problem+json", (request, answer.body)
        told = answer.json
        assert told["code"] == "forbidden" and any(wanted in name for name in told["refused"]), (request, told)
        count += 1
    assert count > 900, count


def test_what_is_listed_is_answered(desk):
    for request in ({"entity": "product", "fields": ["id", "title", "status"], "filters": {"status": "published"},
                     "pagination": {"skip": 0, "take": 3, "order": {"title": "ASC"}}},
                    {"entity": "product", "fields": ["blog_posts.title", "blog_posts.$count", "variants.title"],
                     "with": {"blog_posts": {"order": {"title": "DESC"}, "take": 1}}, "pagination": {"take": 2, "after": None}},
                    {"entity": "blog_post", "fields": ["comments.body", "products.title"],
                     "filters": {"products": {"$none": {"title": {"$like": "z%"}}}}},
                    {"entity": "product_blog_post", "fields": ["product_id", "product.title", "blog_post.title"]}):
        free = desk.ask(desk.admin, "POST", "/graph", request)
        mine = desk.ask(desk.clerk, "POST", "/graph", request)
        assert mine.status == free.status == 200 and mine.body == free.body, (request, mine.body, free.body)


def test_routes_of_records(desk):
    assert desk.ask(desk.clerk, "GET", "/products?fields=title,status&limit=2").status == 200
    assert desk.ask(desk.clerk, "GET", "/products/prod_00001?fields=title").status == 200
    assert desk.ask(desk.clerk, "GET", "/products/prod_00001/blog-posts?fields=title").status == 200
    assert desk.ask(desk.clerk, "GET", "/products/prod_00019/blog-posts?fields=title").status == 200
    refused = [("/products", "product.*"), ("/products/prod_00001", "product.*"), ("/products?fields=handle", "product.handle"),
               ("/products?fields=*", "product.*"), ("/products?fields=title&handle=x", "product.handle"),
               ("/products?fields=title&order=-handle", "product.handle"), ("/products?fields=title,%2Breviews.id", "reviews"),
               ("/products?fields=title&reviews.rating=1", "reviews"), ("/products?fields=title&metadata.color=red", "metadata"),
               ("/products?fields=title&filters=" + urllib.parse.quote('{"reviews":{"$none":{}}}'), "reviews"),
               ("/products?fields=title&with_deleted=true", "product.deleted_at"),
               ("/products/prod_00001?fields=reviews.id", "reviews"), ("/products/prod_00001/reviews", "reviews"),
               ("/products/prod_00001/blog-posts", "blog_post.*"), ("/products/prod_00001/blog-posts?fields=author", "author"),
               ("/products/prod_00001/blog-posts?fields=title&author=Ada", "author"),
               ("/blog-posts/post_00001/comments?fields=post_id", "post_id"), ("/reviews", "review.review"),
               ("/reviews?fields=id", "review.review"), ("/customers/cus_00001", "customer.customer"),
               ("/links/product_blog_post", "product_blog_post.*"), ("/links/related_products", "related_products"),
               ("/links/product-blog-post?fields=position", "position")]
    for path, wanted in refused:
        assert desk.ask(desk.admin, "GET", path).status == 200, path
        answer = desk.ask(desk.clerk, "GET", path)
        assert answer.status == 403 and any(wanted in name for name in answer.json["refused"]), (path, answer.body)
    starred = desk.ask(desk.clerk, "GET", "/products").json
    assert "id, title, status" in starred["hint"] and "handle" not in json.dumps(starred), starred


def test_writes(desk):
    made = desk.ask(desk.admin, "POST", "/products", {"title": "Chair", "handle": "chair"}).json["product"]
    answer = desk.ask(desk.clerk, "PATCH", f"/products/{made['id']}", {"title": "Stool"})
    assert answer.status == 200 and answer.json == {"product": {"id": made["id"], "title": "Stool", "status": "draft"}}, answer.body
    for field in desk.world.hidden_fields("product"):
        body = {"title": "Other", field["name"]: field_values(field["type"])}
        for method, path in (("PATCH", f"/products/{made['id']}"), ("POST", "/products")):
            for sent in (body, [body]) if method == "POST" else (body,):
                answer = desk.ask(desk.clerk, method, path, sent)
                assert answer.status == 403 and answer.json["refused"] == ["product.product." + field["name"]], answer.body
    posts = desk.ask(desk.clerk, "POST", "/blog-posts", [{"title": "One"}, {"title": "Tw\"o, {}"}])
    assert posts.status == 201 and [sorted(post) for post in posts.json["blog_posts"]] == [["id", "title"]] * 2, posts.body
    post = desk.ask(desk.clerk, "POST", "/blog-posts", {"title": "Three"})
    assert sorted(post.json["blog_post"]) == ["id", "title"] and post.headers["location"], post.body
    for method, path, body in (("POST", "/reviews", {"rating": 1}), ("PATCH", "/reviews/rev_00001", {"rating": 1}),
                               ("DELETE", "/reviews/rev_00001", None), ("DELETE", "/reviews/rev_00001?impact", None)):
        answer = desk.ask(desk.clerk, method, path, body)
        assert answer.status == 403 and answer.json["refused"] == ["review.review"], (path, answer.body)
    # A field that must have a value and is not the clerk's is not told of.
    answer = desk.ask(desk.clerk, "POST", "/products", {"title": "Bench"})
    assert answer.status == 422 and "handle" not in answer.body.decode(), answer.body


def test_deletions_tell_nothing_of_what_is_not_seen(desk):
    for path in ("/products/prod_00001?impact", "/products/prod_00001"):
        answer = desk.ask(desk.clerk, "DELETE", path)
        assert answer.status == 403 and "review" not in answer.body.decode(), answer.body
    comment = desk.ask(desk.admin, "POST", "/comments", {"body": "hm", "post_id": "post_00001"}).json["comment"]["id"]
    assert desk.ask(desk.clerk, "DELETE", f"/comments/{comment}?impact").status == 200
    assert desk.ask(desk.clerk, "DELETE", f"/comments/{comment}").status == 200
    remover = make_key(desk.shop, "--scope", "write", "--role", "remover")
    assert desk.ask(remover, "DELETE", "/products/prod_00001?impact").json["deleted"] is False
    # A relation that the deletion follows and the role does not see would be named by the impact.
    blind = make_key(desk.shop, "--scope", "write", "--role", "blind")
    answer = desk.ask(blind, "DELETE", "/blog-posts/post_00001?impact")
    assert answer.status == 403 and "comments" not in answer.body.decode(), answer.body


def test_a_deletion_is_restored_by_those_who_see_all_it_came_to(desk):
    admin = ("--scope", "admin", "--role")
    clerk, remover, blind, nobody = (make_key(desk.shop, *admin, role) for role in ("clerk", "remover", "blind", "nobody"))
    narrow = make_key(desk.shop, "--scope", "admin", "--module", "blog")
    comment = desk.ask(desk.admin, "POST", "/comments", {"body": "hm", "post_id": "post_00001"}).json["comment"]["id"]
    # The product is in one store, what went with it in both.
    for path, allowed, refused in ((f"/comments/{comment}", (clerk, narrow, remover), (nobody,)),
                                   ("/products/prod_00004", (remover,), (clerk, blind, narrow)),
                                   ("/blog-posts/post_00003", (remover,), (narrow,))):
        for key in allowed:
            deletion = {"deletion": desk.ask(desk.admin, "DELETE", path).json["deletion"]}
            for other in refused:
                answer = desk.ask(other, "POST", "/restore", deletion)
                assert answer.status == 403 and answer.json["hint"] and "refused" not in answer.json, (path, answer.body)
                assert not [name for name in desk.world.hidden_names() if f'"{name}"' in answer.json["message"]], answer.body
                assert desk.ask(desk.admin, "GET", path).status == 404
            assert desk.ask(desk.clerk, "POST", "/restore", deletion).json["message"].endswith("needs the scope admin")
            answer = desk.ask(key, "POST", "/restore", deletion)
            assert answer.status == 200 and answer.json["left"] == 0, (path, answer.body)
            assert desk.ask(desk.admin, "GET", path).status == 200
            assert desk.ask(key, "POST", "/restore", deletion).status == 404
    for wrong in ("del_1", ""):
        assert desk.ask(clerk, "POST", "/restore", {"deletion": wrong}).status == 404


def test_what_may_be_asked_may_be_explained(desk):
    clerk = make_key(desk.shop, "--scope", "admin", "--role", "clerk")
    mine = {"entity": "product", "fields": ["title", "blog_posts.title"], "filters": {"blog_posts": {"title": {"$like": "a%"}}},
            "pagination": {"skip": 0, "take": 2, "order": {"blog_posts.$count": "ASC"}}}
    for query in ("", "?analyze"):
        for accept in ("application/json", "text/plain"):
            answer = desk.ask(clerk, "POST", "/graph/explain" + query, mine, Accept=accept)
            assert answer.status == 200 and b"SELECT" in answer.body, answer.body
            for secret in (desk.shop.folder, "sqlite:", ".db", "handle", "review", "author", "position"):
                assert secret not in answer.body.decode(), (secret, answer.body)
    assert desk.ask(desk.clerk, "POST", "/graph/explain", mine).status == 403  # the scope
    for count, (wanted, request) in enumerate(all_requests(desk.world)):
        if count % 20 == 0:
            answer = desk.ask(clerk, "POST", "/graph/explain" + ("?analyze" if count % 40 else ""), request)
            assert answer.status == 403 and any(wanted in name for name in answer.json["refused"]), (request, answer.body)


def test_links(desk):
    link = {"link": "product_blog_post", "left": "prod_00018", "right": "post_00001"}
    hidden = {"link": "related_products", "left": "prod_00018", "right": "prod_00001"}
    long = {"customer": {"customer_id": "cus_00001"}, "review": {"review_id": "rev_00001"}}
    for method, path in (("POST", "/links"), ("DELETE", "/links"), ("POST", "/links/restore")):
        assert desk.ask(desk.clerk, method, path, link).status == 200, path
        for body, wanted in ((hidden, "related_products"), ([link, hidden], "related_products"), (long, "customer_review"),
                             (link | {"data": {"position": 1}}, "product_blog_post.position")):
            answer = desk.ask(desk.clerk, method, path, body)
            assert answer.status == 403 and wanted in answer.json["refused"][0] + str(answer.json["refused"]), answer.body
    # What a wrong change could have meant is not told.
    wrong = desk.ask(desk.clerk, "POST", "/links", {"link": "related_product", "left": "a", "right": "b"})
    assert wrong.status == 400 and "related_products" not in wrong.body.decode(), wrong.body


def test_errors_and_documents_do_not_tell_hidden_names(desk):
    hidden = desk.world.hidden_names()
    document = desk.ask(desk.clerk, "GET", "/openapi.json")
    assert document.status == 200
    schemas = json.dumps(document.json["components"]["schemas"]) + json.dumps(list(document.json["paths"]))
    for name in hidden - {"metadata"}:  # the one of answers
        assert f'"{name}"' not in schemas and f"/{name}" not in schemas, name
    assert '"title"' in schemas and "handle" not in schemas and "customer" not in schemas
    wrong = [("POST", "/graph", {"entity": "revieww", "fields": ["id"]}), ("POST", "/graph", {"entity": "product", "fields": ["handl"]}),
             ("POST", "/graph", {"entity": "product", "fields": ["review.id"]}),
             ("POST", "/graph", {"entity": "product", "fields": ["id"], "filters": {"blog_posts": {"authr": "x"}}}),
             ("POST", "/graph", {"entity": "product", "fields": ["id"], "pagination": {"order": {"handel": "ASC"}}}),
             ("POST", "/graph", {"entity": "product", "fields": ["variants.$max.pric"]}),
             ("POST", "/graph", {"entity": "product", "fields": ["blog_posts.$link.positio"]}),
             ("POST", "/graph", {"entity": "product", "fields": ["id"], "filters": {"metadata": {"$foo": 1}}}),
             ("GET", "/review", None), ("GET", "/products/prod_00001/review", None), ("GET", "/links/related-product", None),
             ("GET", "/products?fields=title&handel=1", None), ("GET", "/products?fields=handel", None),
             ("PATCH", "/products/prod_00002", {"handel": "x"}), ("POST", "/products", {"titel": "x"})]
    for method, path, body in wrong:
        answer = desk.ask(desk.clerk, method, path, body)
        assert 400 <= answer.status < 500 and answer.status not in (401, 403), (path, body, answer.body)
        sent = json.dumps(body) + path
        for name in hidden:
            assert name in sent or f'\\"{name}\\"' not in answer.body.decode(), (path, body, name, answer.body)
    near = desk.ask(desk.clerk, "POST", "/graph", {"entity": "product", "fields": ["titel"]}).json
    assert near["hint"] == 'Did you mean "title"?', near
    # The type of a hidden field is not told by what is wrong with its value.
    typed = desk.ask(desk.clerk, "POST", "/graph", {"entity": "blog_post", "fields": ["id"], "filters": {"status": "nope"}})
    assert typed.status == 400 and "draft" not in typed.body.decode() and "enum" not in typed.body.decode(), typed.body


def test_keys_of_modules(desk):
    key = make_key(desk.shop, "--scope", "write", "--module", "product", "--module", "blog")
    assert key["modules"] == ["product", "blog"] and "role" not in key
    assert desk.ask(key, "GET", "/products?limit=1").status == 200
    assert desk.ask(key, "GET", "/links/product-blog-post").status == 200
    for path, wanted in (("/reviews", "review.review"), ("/products?fields=reviews.id", "product.product.reviews"),
                         ("/links/customer_review", "customer_review"), ("/products?fields=title&customers.id=1", None)):
        answer = desk.ask(key, "GET", path)
        assert answer.status == (403 if wanted else 400), answer.body
        assert not wanted or wanted in answer.json["refused"], answer.body
    both = make_key(desk.shop, "--role", "reader", "--module", "blog")
    assert desk.ask(both, "GET", "/blog-posts").status == 200 and desk.ask(both, "GET", "/products").status == 403
    assert desk.ask(both, "POST", "/blog-posts", {"title": "x"}).status == 403
    none = make_key(desk.shop, "--role", "nobody")
    assert desk.ask(none, "GET", "/products?fields=id").status == 403
    assert list(desk.ask(none, "GET", "/openapi.json").json["paths"]) != []
    listed = {one["id"]: one for one in json.loads(desk.shop.run("key", "list", "--json"))}
    assert listed[both["id"]]["role"] == "reader" and listed[both["id"]]["modules"] == ["blog"], listed
    assert "reader" in desk.shop.run("key", "list")


def test_keys_with_wrong_names(desk):
    for words, told in ((["--role", "clark"], 'mean \\\\"clerk'), (["--module", "blogs"], 'mean \\\\"blog'),
                        (["--tenant", "x"], "--role"), (["--role", "clerk", "--module", "shop"], "no module")):
        try:
            make_key(desk.shop, *words)
        except AssertionError as error:
            assert told in str(error), (words, error)
        else:
            raise AssertionError(words)


def test_a_role_that_is_gone_lets_nobody_in(desk):
    path = os.path.join(desk.shop.folder, "weft.keys")
    key = make_key(desk.shop, "--role", "clerk")
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    os.remove(path)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text.replace('"role":"clerk","created_at"', '"role":"ghost","created_at"'))
    for method, where in (("GET", "/products?fields=title"), ("GET", "/openapi.json"), ("POST", "/graph")):
        answer = desk.ask(key, method, where, {"entity": "product", "fields": ["id"]} if method == "POST" else None)
        assert answer.status == 403 and "ghost" in answer.json["message"], answer.body
    os.remove(path)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)


def configure(desk, *changes):
    """Reads the project anew, with roles changed by (what, by what)."""
    path = os.path.join(desk.shop.folder, "weft.yaml")
    with open(path, "r+", encoding="utf-8") as stream:
        text = stream.read()
        for before, after in changes:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        stream.seek(0)
        stream.truncate()
        stream.write(text)
    desk.server.log.clear()
    desk.server.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + 10
    while not any('"event":"reloaded"' in line for line in desk.server.log):
        assert time.monotonic() < end, desk.server.log
        time.sleep(0.02)


def test_a_kept_answer_is_for_the_rights_it_was_made_for(desk):
    wide, narrow = "[title, products, comments]", "[products, comments]"

    def write(title="kept"):
        return desk.ask(desk.clerk, "POST", "/blog-posts", {"title": title}, Idempotency_Key="kept-" + title)

    first = write()
    assert first.status == 201 and first.json["blog_post"]["title"] == "kept", first.body
    assert write().body == first.body
    configure(desk, (wide, narrow))
    refused = write()
    assert refused.status == 403 and "kept" not in refused.json["message"] and refused.json["hint"], refused.body
    assert "idempotency-replayed" not in refused.headers and write("new").status == 403
    configure(desk, (narrow, wide))
    again = write()
    assert again.status == 201 and again.body == first.body and again.headers["idempotency-replayed"] == "true", again.body
    # What was refused was not done, and is when it may be.
    assert write("new").status == 201
    configure(desk, ('links: "*" }\n  remover', 'links: [] }\n  remover'))  # another's role
    assert write().status == 201
    listed = desk.ask(desk.admin, "GET", "/blog-posts?title=kept")
    assert listed.json["count"] == 1, listed.body
    other = desk.ask(make_key(desk.shop, "--scope", "write", "--role", "clerk"), "POST", "/blog-posts", {"title": "kept"},
                     Idempotency_Key="kept-kept")
    assert other.status == 201 and other.json["blog_post"]["id"] != first.json["blog_post"]["id"]


def main():
    shop = harness.Shop(sys.argv[1])
    desk = None
    try:
        assert not os.path.exists(path_of(shop))
        desk = Desk(shop)
        status = harness.run_tests(globals(), desk)
        assert desk.server.stop() == 0
        return status
    finally:
        if desk:
            desk.server.kill()
        shop.close()


if __name__ == "__main__":
    sys.exit(main())
