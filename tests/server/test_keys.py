"""API keys: who is answered, what the scopes allow, and that a revoked key is nobody's at once."""
import json
import os
import stat
import subprocess
import sys

import harness

QUERY = {"entity": "product", "fields": ["id"], "pagination": {"take": 1}}


def make_key(shop, *words):
    return json.loads(shop.run("key", "create", "--json", *words))


def bearer(key):
    return {"Authorization": "Bearer " + key["key"]}


def serve(shop, address="0"):
    return harness.Server([shop.weft, "-C", shop.folder, "serve", "--listen", address], shop.environment)


def path_of(shop):
    return os.path.join(shop.folder, "weft.keys")


def with_server(check):
    """A test with a server of its own, without keys at first."""
    def test(shop):
        if os.path.exists(path_of(shop)):
            os.remove(path_of(shop))
        server = serve(shop)
        try:
            check(shop, server)
            assert server.stop() == 0
        finally:
            server.kill()
    return test


def check_first_key(shop, server):
    assert server.get("/products?limit=1").status == 200
    key = make_key(shop, "--name", "reports")
    for headers in ({}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic " + key["key"]},
                    {"Authorization": "Bearer " + key["key"][:-1]}, {"Authorization": "Bearer"}):
        answer = server.ask("GET", "/products?limit=1", headers=headers, fresh=True)
        assert answer.status == 401 and answer.json["code"] == "unauthenticated", (headers, answer.body)
        assert answer.headers["www-authenticate"].startswith("Bearer") and answer.json["hint"], answer.headers
    assert server.ask("GET", "/nothing/at/all/here", fresh=True).status == 401
    assert server.ask("GET", "/products?limit=1", headers=bearer(key), fresh=True).status == 200
    assert server.ask("GET", "/products?limit=1", headers=bearer(key) | {"Host": "shop.example"}, fresh=True).status == 200


def check_scopes(shop, server):
    keys = {scope: make_key(shop, "--scope", scope) for scope in ("read", "write", "admin")}
    product = {"title": "A lamp", "status": "draft"}
    work = [("read", "GET", "/products?limit=1", None), ("read", "POST", "/graph", QUERY),
            ("read", "GET", "/openapi.json", None), ("read", "DELETE", "/products/prod_00001?impact", None),
            ("write", "POST", "/products", product), ("write", "PATCH", "/products/prod_00002", {"title": "Lamp"}),
            ("write", "DELETE", "/products/prod_00003", None),
            ("write", "POST", "/links", []), ("write", "DELETE", "/links", []), ("write", "POST", "/links/restore", []),
            ("admin", "POST", "/restore", {"deletion": "del_1"}), ("admin", "POST", "/graph/explain", QUERY)]
    order = ["read", "write", "admin"]
    for needed, method, path, body in work:
        for scope in order:
            answer = server.ask(method, path, body, bearer(keys[scope]), fresh=True)
            is_refused = answer.status == 403
            assert is_refused == (order.index(scope) < order.index(needed)), (scope, method, path, answer.body)
            if is_refused:
                assert answer.json["code"] == "forbidden" and "needs the scope " + needed in answer.json["message"]


def check_revoking(shop, server):
    kept, gone = make_key(shop), make_key(shop)
    assert server.ask("GET", "/products?limit=1", headers=bearer(gone), fresh=True).status == 200
    shop.run("key", "revoke", gone["id"])
    assert server.ask("GET", "/products?limit=1", headers=bearer(gone), fresh=True).status == 401
    assert server.ask("GET", "/products?limit=1", headers=bearer(kept), fresh=True).status == 200
    shop.run("key", "revoke", kept["id"])
    assert server.ask("GET", "/products?limit=1", headers=bearer(kept), fresh=True).status == 401
    assert server.ask("GET", "/products?limit=1", fresh=True).status == 401, "no key left means nobody, not everybody"
    os.remove(path_of(shop))
    assert server.ask("GET", "/products?limit=1", fresh=True).status == 401, "a file that is gone lets nobody in"


def check_bad_file(shop, server):
    key = make_key(shop)
    assert server.ask("GET", "/products?limit=1", headers=bearer(key), fresh=True).status == 200
    os.chmod(path_of(shop), 0o644)
    answer = server.ask("GET", "/products?limit=1", headers=bearer(key), fresh=True)
    assert answer.status == 500 and "chmod 600" in answer.json["hint"], answer.body
    os.chmod(path_of(shop), 0o600)
    with open(path_of(shop), encoding="utf-8") as file:
        text = file.read()
    for bad in ("", "{}", text.replace('"scope"', '"scopes"'), text.replace('"name"', '"modules":[],"name"')):
        with open(path_of(shop), "w", encoding="utf-8") as file:
            file.write(bad)
        assert server.ask("GET", "/products?limit=1", headers=bearer(key), fresh=True).status == 500, bad


def check_log_and_body(shop, server):
    key = make_key(shop, "--scope", "write")
    answer = server.ask("POST", "/products", b"x" * 100000, fresh=True)
    assert answer.status == 401
    assert server.ask("GET", "/products?limit=1", headers=bearer(key), fresh=True).status == 200
    assert server.stop() == 0
    lines = [json.loads(line) for line in server.log if '"request_id"' in line]
    assert [line.get("principal") for line in lines] == [None, "key " + key["id"]], lines
    assert not any(key["key"] in line for line in server.log)


test_first_key_closes_the_server = with_server(check_first_key)
test_scopes = with_server(check_scopes)
test_revoking = with_server(check_revoking)
test_bad_file_lets_nobody_in = with_server(check_bad_file)


def test_log_names_the_key_and_not_its_secret(shop):
    if os.path.exists(path_of(shop)):
        os.remove(path_of(shop))
    server = serve(shop)
    try:
        check_log_and_body(shop, server)
    finally:
        server.kill()


def test_file_holds_no_key(shop):
    if os.path.exists(path_of(shop)):
        os.remove(path_of(shop))
    assert json.loads(shop.run("key", "list", "--json")) == []
    one, two = make_key(shop, "--name", 'a "name"'), make_key(shop, "--scope", "admin")
    assert stat.S_IMODE(os.stat(path_of(shop)).st_mode) == 0o600
    with open(path_of(shop), encoding="utf-8") as file:
        text = file.read()
    assert one["key"] not in text and one["key"].rsplit("_", 1)[1] not in text and one["key"] != two["key"]
    told = json.loads(shop.run("key", "list", "--json"))
    assert [(k["name"], k["scope"]) for k in told] == [('a "name"', "read"), ("", "admin")]
    assert all(sorted(k) == ["created_at", "id", "name", "scope"] for k in told)


def test_mistakes_change_nothing(shop):
    make_key(shop)
    with open(path_of(shop), encoding="utf-8") as file:
        before = file.read()
    for words, status, told in ((["create", "--scope", "root"], 2, "unknown scope"), (["create", "--name", ""], 2, "name"),
                                (["revoke", "nobody"], 1, "no key"), (["revoke"], 2, "which key"),
                                (["list", "--scope", "read"], 2, "of `key create`"), (["forget"], 2, "unknown action")):
        done = subprocess.run([shop.weft, "-C", shop.folder, "key", *words], env=shop.environment, capture_output=True,
                              text=True, timeout=60, check=False)
        assert done.returncode == status and told in done.stderr, (words, done)
    with open(path_of(shop) + ".new", "w", encoding="utf-8"):
        pass
    done = subprocess.run([shop.weft, "-C", shop.folder, "key", "create"], env=shop.environment, capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 1 and "weft.keys.new" in done.stderr, done
    os.remove(path_of(shop) + ".new")
    with open(path_of(shop), encoding="utf-8") as file:
        assert file.read() == before


def test_other_addresses_need_a_key(shop):
    make_key(shop)
    server = serve(shop, "0.0.0.0:0")
    try:
        assert server.get("/products?limit=1").status == 401
        assert server.stop() == 0
    finally:
        server.kill()
    for words in (["--listen", "0", "--admin", "0.0.0.0:0"],):
        done = subprocess.run([shop.weft, "-C", shop.folder, "serve", *words], env=shop.environment, capture_output=True,
                              text=True, timeout=60, check=False)
        assert done.returncode == 5 and "not a loopback address" in done.stderr, done


def main():
    shop = harness.Shop(sys.argv[1])
    try:
        return harness.run_tests(globals(), shop)
    finally:
        shop.close()


if __name__ == "__main__":
    sys.exit(main())
