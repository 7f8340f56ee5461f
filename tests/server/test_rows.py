"""A role with a rule for rows: two tenants ask the same things by every route, and neither sees, changes or is told of what
is the other's."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading

import harness

FILES = {
    "weft.yaml": """
stores:
  default: sqlite:shop.db
  content: sqlite:content.db
modules:
  blog: { store: content }
roles:
  tenant:
    rows: { tenant: tenant_id, shared: [shop.country] }
  clerk:
    rows: { tenant: tenant_id, shared: [shop.country] }
    modules: { shop: { product: [title], part: [name, product] } }
    links: []
""",
    "src/modules/shop/module.yaml": """
module: shop
models:
  product:
    fields: { id: { type: id, prefix: prod }, title: { type: text, unique: true }, tenant_id: text? }
    relations:
      parts: { hasMany: part, mappedBy: product }
  part:
    fields: { id: { type: id, prefix: part }, name: text, tenant_id: text? }
    relations:
      product: { belongsTo: product, nullable: true }
  country:
    fields: { id: { type: id, prefix: land }, name: text }
""",
    "src/modules/blog/module.yaml": """
module: blog
models:
  post:
    fields: { id: { type: id, prefix: post }, body: text, tenant_id: text? }
""",
    "src/links/product-post.yaml": """
name: product_post
left: { linkable: shop.product, isList: true }
right: { linkable: blog.post, isList: true }
""",
    "src/links/product-country.yaml": """
name: product_country
left: { linkable: shop.product, isList: true }
right: { linkable: shop.country }
""",
}


class Desk:
    """The project served, with a key for each tenant and one that sees everything."""

    def __init__(self, weft):
        self.weft, self.folder = weft, tempfile.mkdtemp(prefix="weft-rows-")
        for name, text in FILES.items():
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(text)
        self.run("db:migrate")
        make = ("key", "create", "--json", "--scope", "write", "--role", "tenant", "--tenant")
        self.acme, self.bolt = json.loads(self.run(*make, "acme")), json.loads(self.run(*make, "bolt"))
        self.lost = json.loads(self.run(*make, "zen"))
        self.forget_tenant("zen")
        self.all = json.loads(self.run("key", "create", "--json", "--scope", "admin"))
        self.server = harness.Server([weft, "-C", self.folder, "serve", "--listen", "0"], os.environ)
        for key, own in ((self.acme, "a"), (self.bolt, "b")):
            for number in (1, 2):
                self.ok(key, "POST", "/products", {"id": f"{own}{number}", "title": f"{own.upper()}{number}"}, 201)
                self.ok(key, "POST", "/posts", {"id": f"p{own}{number}", "body": "x"}, 201)
                self.ok(key, "POST", "/links", {"link": "product_post", "left": f"{own}{number}", "right": f"p{own}{number}"})
        self.ok(self.all, "POST", "/products", {"id": "n1", "title": "nobody's"}, 201)
        self.ok(self.all, "POST", "/countries", {"id": "at", "name": "Austria"}, 201)
        self.ok(self.all, "POST", "/links", {"link": "product_post", "left": "a1", "right": "pb1"})

    def forget_tenant(self, name):
        """No key is made so, but a file can be written by hand."""
        path = os.path.join(self.folder, "weft.keys")
        with open(path, "r+", encoding="utf-8") as stream:
            text = stream.read()
            assert text.count(f',"tenant":"{name}"') == 1, text
            stream.seek(0)
            stream.truncate()
            stream.write(text.replace(f',"tenant":"{name}"', ""))

    def run(self, *words):
        done = subprocess.run([self.weft, "-C", self.folder, *words], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def ask(self, key, method, path, body=None, fresh=False, **headers):
        sent = {"Authorization": "Bearer " + key["key"]} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self.server.ask(method, path, body, sent, fresh=fresh)

    def ok(self, key, method, path, body=None, status=200):
        answer = self.ask(key, method, path, body)
        assert answer.status == status, (path, body, answer.body)
        return answer.json

    def graph(self, key, entity, fields, **more):
        return self.ok(key, "POST", "/graph", {"entity": entity, "fields": fields} | more)

    def close(self):
        self.server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def ids(records):
    return [record["id"] for record in records]


def test_lists_and_records(desk):
    for key, own, other in ((desk.acme, "a", "b"), (desk.bolt, "b", "a")):
        listed = desk.ok(key, "GET", "/products?fields=id,tenant_id&limit=10")
        assert ids(listed["products"]) == [own + "1", own + "2"] and listed["count"] == 2, listed
        assert {one["tenant_id"] for one in listed["products"]} == {key["tenant"]}
        assert desk.ok(key, "GET", f"/products/{own}1")["product"]["id"] == own + "1"
        for path in (f"/products/{other}1", "/products/n1", f"/products/{other}1/posts"):
            answer = desk.ask(key, "GET", path)
            assert answer.status == 404, (path, answer.body)
        assert desk.ok(key, "GET", f"/products?id={other}1")["count"] == 0
    assert desk.ok(desk.all, "GET", "/products?limit=10")["count"] == 5


def test_edges_and_links_across_tenants_do_not_show(desk):
    assert ids(desk.ok(desk.acme, "GET", "/products/a1/posts?fields=id")["posts"]) == ["pa1"]
    assert sorted(ids(desk.ok(desk.all, "GET", "/products/a1/posts?fields=id")["posts"])) == ["pa1", "pb1"]
    rows = desk.ok(desk.acme, "GET", "/links/product_post?fields=product_id,post_id")
    assert rows["count"] == 2 and {row["post_id"] for row in rows["links"]} == {"pa1", "pa2"}, rows
    assert desk.ok(desk.bolt, "GET", "/links/product_post?fields=post_id")["count"] == 2
    assert desk.ok(desk.all, "GET", "/links/product_post?fields=post_id")["count"] == 5


def test_graph(desk):
    counted = desk.graph(desk.acme, "product", ["id", "posts.$count", "post_link.$count"],
                         pagination={"skip": 0, "order": {"posts.$count": "DESC"}})
    assert [one["$count"] for one in counted["data"]] == [{"posts": 1, "post_link": 1}] * 2 and counted["metadata"]["count"] == 2
    assert desk.graph(desk.acme, "post", ["id"], filters={"products": {"id": "a1"}})["data"] == [{"id": "pa1"}]
    assert desk.graph(desk.bolt, "post", ["id"], filters={"products": {"$none": {}}})["data"] == []
    assert desk.graph(desk.bolt, "post", ["id"], filters={"products": {"id": "a1"}})["data"] == []
    page = desk.ok(desk.bolt, "POST", "/graph", {"entity": "product", "fields": ["id"], "pagination": {"take": 1, "after": None}})
    assert ids(page["data"]) == ["b1"], page
    for key, own in ((desk.bolt, ["b2"]), (desk.acme, [])):  # a cursor is no pass
        after = {"take": 5, "after": page["metadata"]["next"]}
        assert ids(desk.graph(key, "product", ["id"], pagination=after)["data"]) == own


def test_nothing_is_kept_for_another(desk):
    request = {"entity": "product", "fields": ["id"], "filters": {"title": "A1"}}
    tags = {}
    for _ in range(3):
        for key, found in ((desk.all, ["a1"]), (desk.acme, ["a1"]), (desk.bolt, [])):
            answer = desk.ask(key, "POST", "/graph", request)
            assert ids(answer.json["data"]) == found, answer.body
            tags[key["id"]] = desk.ask(key, "GET", "/products?fields=id").headers["etag"]
    assert len(set(tags.values())) == 3, tags
    assert desk.ask(desk.bolt, "GET", "/products?fields=id", If_None_Match=tags[desk.acme["id"]]).status == 200
    assert desk.ask(desk.acme, "GET", "/products?fields=id", If_None_Match=tags[desk.acme["id"]]).status == 304


def test_idempotency_keys_are_a_tenants_own(desk):
    made = [desk.ask(key, "POST", "/parts", {"name": "same"}, Idempotency_Key="one") for key in (desk.acme, desk.bolt, desk.acme)]
    assert [one.status for one in made] == [201] * 3
    parts = [one.json["part"] for one in made]
    assert [one["tenant_id"] for one in parts] == ["acme", "bolt", "acme"] and parts[0]["id"] == parts[2]["id"] != parts[1]["id"]


def test_writes(desk):
    assert desk.ask(desk.acme, "POST", "/products", {"title": "x", "tenant_id": "bolt"}).status == 422
    assert desk.ask(desk.acme, "PATCH", "/products/b1", {"title": "taken"}).status == 404
    assert desk.ask(desk.acme, "PATCH", "/products/a1", {"tenant_id": "bolt"}).status == 422
    assert desk.ok(desk.acme, "PATCH", "/products/a2", {"title": "A2 new"})["product"]["tenant_id"] == "acme"
    assert desk.ask(desk.acme, "POST", "/parts", {"name": "x", "product_id": "b1"}).status == 422
    assert desk.ask(desk.acme, "POST", "/countries", {"name": "Here"}).status == 403
    assert desk.ask(desk.acme, "DELETE", "/products/b1").status == 404
    assert desk.ask(desk.acme, "DELETE", "/products/b1?impact").status == 404
    crossing = desk.ask(desk.acme, "DELETE", "/products/a1")
    assert crossing.status == 409 and b"pb1" not in crossing.body, crossing.body
    for left, right, status in (("a2", "pb2", 422), ("b1", "pa1", 422), ("b2", "pb1", 422), ("a2", "pa1", 200)):
        answer = desk.ask(desk.acme, "POST", "/links", {"link": "product_post", "left": left, "right": right})
        assert answer.status == status, answer.body
    gone = desk.ok(desk.acme, "DELETE", "/links", {"link": "product_post", "left": "b2", "right": "pb2"})
    assert gone["links"][0]["outcome"] == "absent", gone
    assert desk.ok(desk.bolt, "GET", "/links/product_post?fields=post_id")["count"] == 2
    assert desk.ok(desk.acme, "DELETE", "/products/a2")["deleted"] is True
    assert ids(desk.ok(desk.acme, "GET", "/products?fields=id")["products"]) == ["a1"]
    assert desk.ok(desk.all, "GET", "/products/b1")["product"]["title"] == "B1"


def test_explaining_and_restoring_are_about_the_callers_own(desk):
    boss = {own: json.loads(desk.run("key", "create", "--json", "--scope", "admin", "--role", "tenant", "--tenant", own))
            for own in ("acme", "bolt")}
    request = {"entity": "product", "fields": ["id", "posts.body"], "filters": {"posts": {"$none": {}}}, "pagination": {"skip": 0}}
    for own, other in (("acme", "bolt"), ("bolt", "acme")):
        for query in ("", "?analyze"):
            told = desk.ask(boss[own], "POST", "/graph/explain" + query, request)
            assert told.status == 200 and own in told.body.decode() and other not in told.body.decode(), told.body
    costs = desk.ok(boss["bolt"], "POST", "/graph/explain?analyze", {"entity": "product", "fields": ["id"]})
    assert costs["records"] == 2, costs
    clerk = json.loads(desk.run("key", "create", "--json", "--scope", "admin", "--role", "clerk", "--tenant", "bolt"))
    mine = {"entity": "part", "fields": ["name", "product.title"], "filters": {"product": {"title": {"$like": "B%"}}}}
    for query in ("", "?analyze"):
        for accept in ("application/json", "text/plain"):
            told = desk.ask(clerk, "POST", "/graph/explain" + query, mine, Accept=accept)
            assert told.status == 200 and "product.tenant_id $eq" in told.body.decode(), told.body
            for hidden in ("post", "country", "acme", desk.folder):
                assert hidden not in told.body.decode(), (hidden, told.body)
    made = desk.ok(desk.bolt, "POST", "/parts", {"name": "gone", "product_id": "b1"}, 201)["part"]["id"]
    deletion = {"deletion": desk.ok(desk.bolt, "DELETE", f"/parts/{made}")["deletion"]}
    assert desk.ask(boss["acme"], "POST", "/restore", deletion).status == 404
    assert desk.ask(desk.bolt, "POST", "/restore", deletion).status == 403
    assert desk.ok(boss["bolt"], "POST", "/restore", deletion)["restored"] == 1
    assert desk.ok(desk.bolt, "DELETE", f"/parts/{made}")["deleted"] is True


def test_whoever_has_no_tenant_sees_nothing(desk):
    for method, path, body in (("GET", "/products", None), ("POST", "/graph", {"entity": "product", "fields": ["id"]}),
                               ("POST", "/products", {"title": "x"}), ("GET", "/links/product_post", None)):
        answer = desk.ask(desk.lost, method, path, body)
        assert answer.status == 403 and "tenant" in answer.json["message"], answer.body


def test_tenants_side_by_side(desk):
    wrong = []

    def ask(key, own):
        for _ in range(40):
            answer = desk.ask(key, "POST", "/graph", {"entity": "post", "fields": ["id", "products.id"]}, fresh=True)
            found = {one["id"][1] for one in answer.json["data"]} | {p["id"][0] for one in answer.json["data"] for p in one["products"]}
            if answer.status != 200 or found != {own}:
                wrong.append((own, answer.body))

    threads = [threading.Thread(target=ask, args=one) for one in ((desk.acme, "a"), (desk.bolt, "b")) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[:2]


def main():
    desk = None
    try:
        desk = Desk(sys.argv[1])
        status = harness.run_tests(globals(), desk)
        assert desk.server.stop() == 0
        return status
    finally:
        if desk:
            desk.close()


if __name__ == "__main__":
    sys.exit(main())
