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
    for path in [p for p in document["paths"] if "get" in document["paths"][p] and "{" not in p]:
        answer = server.get(path + "?limit=1")
        assert answer.status == 200, (path, answer.body)
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert set(answer.json) == set(schema["properties"]), (path, answer.json)
        member = schema["required"][0]
        first[path] = answer.json[member][0]["id"] if answer.json[member] else None
    for path in [p for p in document["paths"] if "get" in document["paths"][p] and "{" in p]:
        key = first[re.match(r"/[^/]+", path).group()]
        answer = server.get(path.replace("{id}", key or "none"))
        assert answer.status == (200 if key else 404), (path, key, answer.body)
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert not key or set(answer.json) == set(schema["properties"]), (path, answer.json)


if __name__ == "__main__":
    sys.exit(harness.main(globals(), sys.argv[1]))
