#!/usr/bin/env python3
"""The OpenAPI document: valid by a public validator, and true.

usage: test_openapi.py WEFT   (WEFT_TEST_NODE_MODULES names a folder with @seriousme/openapi-schema-validator)
"""
import json
import os
import re
import subprocess
import sys

import harness

HERE = os.path.dirname(os.path.abspath(__file__))


def test_the_document_is_valid_openapi(server):
    path = os.path.join(server.shop.folder, "openapi.json")
    with open(path, "wb") as out:
        out.write(server.get("/openapi.json").body)
    done = subprocess.run(["node", os.path.join(HERE, "validate_openapi.mjs"), os.environ["WEFT_TEST_NODE_MODULES"], path],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and "valid OpenAPI 3.1" in done.stdout, done.stdout + done.stderr


def test_every_reference_leads_somewhere_and_names_are_single(server):
    document = server.get("/openapi.json").json
    references = re.findall(r'"#/components/(\w+)/([^"]+)"', json.dumps(document))
    assert references and not [r for r in references if r[1] not in document["components"][r[0]]]
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names)) > 60


def test_every_model_link_and_error_is_in_it(server):
    document = server.get("/openapi.json").json
    schemas = document["components"]["schemas"]
    graph = json.loads(server.shop.run("graph", "--json"))
    for module in graph["modules"]:
        for model in module["models"]:
            name = f"{module['name']}.{model['entity']}"
            fields = {field["name"] for field in model["fields"]}
            assert fields <= set(schemas[name]["properties"]), name
            assert "/" + model["plural"].replace("_", "-") in document["paths"], name
    links = set(schemas["link"]["properties"]["link"]["enum"])
    assert len(links) == 5 and all("/links/" + link in document["paths"] for link in links)
    assert {"unknown_field", "not_found", "cardinality_violation"} <= set(schemas["problem"]["properties"]["code"]["enum"])
    assert schemas["product.product.create"]["required"] == ["title", "handle"]


def test_every_reading_path_answers_what_it_says(server):
    document = server.get("/openapi.json").json
    first = {}
    assert "/openapi.json" in document["paths"]
    for path in [p for p in document["paths"] if "get" in document["paths"][p] and "{" not in p and p != "/openapi.json"]:
        answer = server.get(path + "?limit=1")
        assert answer.status == 200, (path, answer.body)
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        cursors = server.get(path + "?limit=1&after=").json
        assert set(answer.json) | set(cursors) == set(schema["properties"]), (path, answer.json, cursors)
        member = schema["required"][0]
        first[path] = answer.json[member][0]["id"] if answer.json[member] else None
    for path in [p for p in document["paths"] if "get" in document["paths"][p] and "{" in p]:
        key = first[re.match(r"/[^/]+", path).group()]
        answer = server.get(path.replace("{id}", key or "none"))
        assert answer.status == (200 if key else 404), (path, key, answer.body)
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert not key or set(schema["required"]) <= set(answer.json) <= set(schema["properties"]), (path, answer.json)
        partner = schema["properties"][schema["required"][0]]
        assert not key or answer.json[schema["required"][0]] is not None or {"type": "null"} in partner["anyOf"], (path, partner)


def test_every_parameter_and_content_that_is_in_it_is_known(server):
    paths = server.get("/openapi.json").json["paths"]
    names = {name.rsplit("/", 1)[-1] for name in (one.get("$ref", "") for one in paths["/products/{id}"]["delete"]["parameters"])}
    assert {"impact", "max"} <= names
    assert server.ask("DELETE", "/products/prod_00001?impact&max=1").status == 422
    for path, query, body in (("/products", "get", None), ("/graph", "post", {"entity": "product", "fields": ["id"]}),
                              ("/graph/explain", "post", {"entity": "product", "fields": ["id"]})):
        for kind in paths[path][query]["responses"]["200"]["content"]:
            answer = server.ask(query.upper(), path, body, {"Accept": kind})
            assert answer.status == 200 and answer.headers["content-type"].startswith(kind), (path, kind, answer.headers)
    # A review without a customer has none.
    review = server.ask("POST", "/reviews", {"rating": 5, "body": "x"}).json["review"]["id"]
    assert server.get(f"/reviews/{review}/customer").json == {"customer": None}
    schema = paths["/reviews/{id}/customer"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert {"type": "null"} in schema["properties"]["customer"]["anyOf"]


if __name__ == "__main__":
    sys.exit(harness.main(globals(), sys.argv[1]))
