#!/usr/bin/env python3
"""Servers of small projects of their own: limits of weft.yaml, and what the running server does by itself.
usage: test_projects.py WEFT [postgres]"""
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

import harness

SHOP = """module: shop
models:
  product:
    guard: triggers
    fields: { id: { type: id, prefix: prod }, title: text }
    relations: { variants: { hasMany: variant, mappedBy: product } }
    cascades: { delete: [variants] }
  variant: { fields: { id: id }, relations: { product: { belongsTo: product } } }
"""
OTHER = """module: shop
models:
  legacy: { managed: false, fields: { id: id, name: text? } }
  pair: { fields: { region: { type: text, primaryKey: true }, year: { type: number, primaryKey: true }, share: float?, sum: bigNumber? } }
  link: { fields: { id: id } }
"""


class Project:
    """A folder with one module, its tables made, served."""

    def __init__(self, weft, store, config, *words, module=SHOP):
        self.folder = tempfile.TemporaryDirectory(prefix="weft-project-")
        self.url = harness.fresh_database() if store == "postgres" else "sqlite:data/project.db"
        os.makedirs(os.path.join(self.folder.name, "src/modules/shop"))
        os.mkdir(os.path.join(self.folder.name, "data"))
        for path, text in (("weft.yaml", f'stores: {{ default: "{self.url}" }}\n{config}'), ("src/modules/shop/module.yaml", module)):
            with open(os.path.join(self.folder.name, path), "w", encoding="utf-8") as out:
                out.write(text)
        subprocess.run([weft, "-C", self.folder.name, "db:migrate", "-y"], check=True, capture_output=True)
        self.server = harness.Server([weft, "-C", self.folder.name, "serve", "--listen", "0", "--admin", "0", *words], os.environ)

    def sql(self, statement):
        """By plain SQL, past weft."""
        if self.url.startswith("sqlite"):
            with sqlite3.connect(os.path.join(self.folder.name, "data/project.db"), timeout=10) as database:
                return [list(map(str, row)) for row in database.execute(statement)]
        done = subprocess.run(["psql", "-q", "-X", "-t", "-A", self.url, "-c", statement], capture_output=True, text=True, check=True)
        return [line.split("|") for line in done.stdout.split()]

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        ended = self.server.stop() if kind is None else self.server.kill()
        self.folder.cleanup()
        assert kind is not None or ended == 0, "".join(self.server.log)


def test_the_limit_of_rows_at_it_and_past_it(case):
    with Project(*case, "limits: { rows_max: 5 }\n") as project:
        server = project.server
        rows = [{"id": f"prod_{n}", "title": str(n)} for n in range(6)]
        assert server.ask("POST", "/products", rows[:5]).status == 201
        at = server.get("/products?limit=5&fields=id")
        assert at.status == 200 and [row["id"] for row in at.json["products"]] == [row["id"] for row in rows[:5]], at.body
        assert server.get("/products?limit=1000").status == 200
        lines = server.get("/products?limit=1000&fields=id", Accept="application/x-ndjson")
        assert lines.status == 200 and len(lines.body.splitlines()) == 5
        assert server.ask("POST", "/products", rows[5:]).status == 201
        assert len(server.get("/products?limit=5").json["products"]) == 5
        for ask in (lambda: server.get("/products?limit=6"), lambda: server.get("/products?limit=1000"),
                    lambda: server.get("/products?limit=1000", Accept="application/x-ndjson"),
                    lambda: server.ask("POST", "/graph", {"entity": "product", "fields": ["id"]})):
            past = ask()
            assert past.status == 422 and past.json["code"] == "limit_exceeded" and "rows_max" in json.dumps(past.json), past.body
        assert server.get("/products/prod_5").status == 200


def test_deletes_by_plain_sql_are_carried_out_by_a_running_server(case):
    with Project(*case, "", "--recover-ms", "200") as project:
        server = project.server
        assert server.ask("POST", "/products", [{"id": f"prod_{n}", "title": "x"} for n in range(3)]).status == 201
        assert server.ask("POST", "/variants", [{"id": f"v{n}", "product_id": f"prod_{n}"} for n in range(3)]).status == 201
        project.sql("DELETE FROM product WHERE id = 'prod_1'")
        end = time.monotonic() + 20
        while server.get("/variants/v1").status == 200:
            assert time.monotonic() < end, "the outbox was not drained"
            time.sleep(0.05)
        assert [row["id"] for row in server.get("/variants?fields=id").json["variants"]] == ["v0", "v2"]
        while project.sql("SELECT count(*) FROM weft_outbox") != [["0"]]:
            assert time.monotonic() < end, project.sql("SELECT * FROM weft_outbox")
            time.sleep(0.05)
        metrics = server.ask("GET", "/metrics", port=server.admin_port).body.decode()
        assert int(re.search(r"^weft_recoveries_total (\d+)$", metrics, re.M).group(1)) >= 2, metrics
        told = [json.loads(line) for line in list(server.log) if '"event":"recover"' in line]
        assert told and told[0]["level"] == "info", told


def test_what_is_not_managed_is_read_alone(case):
    with Project(*case, "", module=OTHER) as project:
        project.sql("CREATE TABLE legacy (id TEXT PRIMARY KEY, name TEXT)")
        project.sql("INSERT INTO legacy VALUES ('l1', 'x')")
        server = project.server
        assert server.get("/legacies").json["count"] == 1 and server.get("/legacies/l1").status == 200
        for method, path in (("POST", "/legacies"), ("PATCH", "/legacies/l1"), ("DELETE", "/legacies/l1"), ("DELETE", "/legacies/l1?impact")):
            answer = server.ask(method, path, {"name": "y"} if method != "DELETE" else None)
            assert answer.status == 405 and answer.headers["allow"] == "GET, HEAD, OPTIONS" and answer.json["hint"], answer.body
        assert list(server.get("/openapi.json").json["paths"]["/legacies/{id}"]) == ["get"]


def test_keys_of_two_parts_and_numbers_that_fit_nowhere(case):
    with Project(*case, "", module=OTHER) as project:
        server = project.server
        assert server.ask("POST", "/pairs", {"region": "a/b", "year": 1}).status == 201
        assert server.get("/pairs/%5B%22a%2Fb%22,1%5D").json["pair"]["region"] == "a/b"
        for key in ("eu", "[]", "{}", '["eu"]', '["eu",2020,1]', '["eu",2020]'):
            for method in ("GET", "PATCH", "DELETE"):
                answer = server.ask(method, "/pairs/" + urllib.parse.quote(key, safe=""), {"share": 2} if method == "PATCH" else None)
                assert answer.status == 404, (method, key, answer.body)
        for query in ("share=1e400", "year=1e400", "share[$gt]=-1e999"):
            answer = server.get("/pairs?" + query)
            assert answer.status == 400 and answer.json["code"] == "type_mismatch" and answer.json["where"][0] == "?", answer.body
        assert server.get("/pairs?sum=" + "1" * 400).json["count"] == 0


def test_a_model_whose_plural_is_taken_has_its_modules_name(case):
    with Project(*case, "", module=OTHER) as project:
        server = project.server
        made = server.ask("POST", "/shop.links", {"id": "x"})
        assert made.status == 201 and server.get(made.headers["location"]).json["link"]["id"] == "x"
        paths = server.get("/openapi.json").json["paths"]
        assert list(paths["/shop.links"]) == ["get", "post"] and list(paths["/links"]) == ["post", "delete"]


def main():
    return harness.run_tests(globals(), (sys.argv[1], harness.store_of(sys.argv)))


if __name__ == "__main__":
    sys.exit(main())
