"""Tokens (JWT): which are right, what they let do, that no other is taken, and that guessing is slowed down."""
import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import harness
from test_keys import bearer, make_key, path_of

SECRET = "0123456789abcdef0123456789abcdef-not-so-random"
ISSUER, AUDIENCE = "https://id.example.org/", "shop"
ROLES = """
roles:
  clerk: { modules: { product: { product: [title] } } }
  writer: { modules: [product] }
  tenant: { rows: { tenant: id, shared: [blog, review, loyalty, customer, product.product_variant] } }
"""


def encode(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


def claims(**more):
    told = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": int(time.time()) + 600, "role": "clerk"} | more
    return {name: value for name, value in told.items() if value is not None}


def by_secret(body, secret=SECRET, header=None, algorithm="HS256"):
    head = {"alg": algorithm, "typ": "JWT"} | (header or {})
    signed = f"{encode(head)}.{encode(body)}"
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(algorithm, hashlib.sha256)
    key = secret if isinstance(secret, bytes) else secret.encode()
    return f"{signed}.{encode(hmac.new(key, signed.encode(), digest).digest())}"


def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, capture_output=True, check=True).stdout


class KeyPair:
    """A key pair made by openssl, as JWK and as signer."""

    def __init__(self, folder, name, kind, bits=2048):
        self.name, self.kind, self.path = name, kind, os.path.join(folder, name + ".pem")
        if kind == "RSA":
            openssl("genrsa", "-out", self.path, str(bits))
            modulus = openssl("rsa", "-in", self.path, "-noout", "-modulus").decode().split("=")[1].strip()
            self.jwk = {"kty": "RSA", "kid": name, "n": encode(bytes.fromhex(modulus)), "e": "AQAB"}
        else:
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.path)
            point = openssl("ec", "-in", self.path, "-pubout", "-outform", "DER")[-64:]
            self.jwk = {"kty": "EC", "crv": "P-256", "kid": name, "x": encode(point[:32]), "y": encode(point[32:])}
        self.public = openssl("pkey", "-in", self.path, "-pubout")

    def sign(self, body, algorithm, **header):
        signed = f"{encode({'alg': algorithm, 'kid': self.name} | header)}.{encode(body)}"
        words = ["dgst", "-sha" + algorithm[2:], "-sign", self.path]
        if algorithm[0] == "P":
            words += ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:-1"]
        made = openssl(*words, data=signed.encode())
        if self.kind == "EC":
            first = made[4:4 + made[3]]
            second = made[6 + made[3]:]
            made = b"".join(part[-32:].rjust(32, b"\0") for part in (first, second))
        return f"{signed}.{encode(made)}"


class Desk:
    """A shop whose weft.yaml can be given another end, and servers over it."""

    def __init__(self, shop):
        self.shop, self.servers = shop, []
        with open(os.path.join(shop.folder, "weft.yaml"), encoding="utf-8") as stream:
            self.before = stream.read()
        self.keys = tempfile.mkdtemp(prefix="weft-tokens-")

    def configure(self, jwt):
        lines = self.before + ROLES + (f"auth: {{ jwt: {jwt} }}\n" if jwt else "")
        with open(os.path.join(self.shop.folder, "weft.yaml"), "w", encoding="utf-8") as stream:
            stream.write(lines)
        if os.path.exists(path_of(self.shop)):
            os.remove(path_of(self.shop))

    def configure_secret(self, more=""):
        self.configure("{ algorithms: [HS256], secret_env: TOKEN_SECRET, issuer: 'https://id.example.org/', audience: shop, "
                       "claims: { role: role, scope: scope, tenant: tenant }" + more + " }")

    def configure_keys(self, entries, algorithms):
        with open(os.path.join(self.shop.folder, "issuer.json"), "w", encoding="utf-8") as stream:
            json.dump({"keys": entries}, stream)
        self.configure(f"{{ algorithms: [{', '.join(algorithms)}], jwks: issuer.json, issuer: 'https://id.example.org/', "
                       "audience: shop, claims: { role: role } }")

    def environment(self, secret=SECRET):
        return self.shop.environment | ({"TOKEN_SECRET": secret} if secret else {})

    def serve(self, *words):
        server = harness.Server([self.shop.weft, "-C", self.shop.folder, "serve", "--listen", "0",
                                 *(words or ["--wrong-keys", "100000"])], self.environment())
        self.servers.append(server)
        return server

    def check(self, secret=SECRET, listen="0"):
        return subprocess.run([self.shop.weft, "-C", self.shop.folder, "serve", "--check", "--listen", listen],
                              env=self.environment(secret), capture_output=True, text=True, timeout=60, check=False)

    def close(self):
        for server in self.servers:
            server.kill()
        shutil.rmtree(self.keys, ignore_errors=True)


def ask(server, token, path="/products?fields=title&limit=1", method="GET", body=None, **headers):
    return server.ask(method, path, body, {"Authorization": "Bearer " + token} | headers, fresh=True)


def assert_refused(server, token, why=""):
    answer = ask(server, token)
    assert answer.status == 401 and answer.json["code"] == "unauthenticated", (token, answer.body)
    assert 'error="invalid_token"' in answer.headers["www-authenticate"], answer.headers
    assert why in answer.json["message"] and SECRET not in answer.body.decode(), answer.body


def test_a_right_token_is_its_roles_caller(desk):
    desk.configure_secret()
    server = desk.serve()
    token = by_secret(claims())
    assert ask(server, token).status == 200
    assert ask(server, token, "/products?fields=handle").json["refused"] == ["product.product.handle"]
    assert ask(server, token, "/products", "POST", {"title": "x"}).status == 403
    assert ask(server, by_secret(claims(scope="openid write")), "/products", "POST", {"cost": 1}).status == 400
    assert ask(server, by_secret(claims(scope=["mail", "admin"])), "/graph/explain", "POST", {}).status == 400
    assert ask(server, by_secret(claims(aud=["other", "shop"]))).status == 200
    assert ask(server, by_secret(claims(role="ghost"))).status == 403
    assert ask(server, by_secret(claims(role="tenant"))).json["message"].endswith("is for callers with a tenant")
    assert server.ask("GET", "/products", fresh=True).status == 401
    assert server.ask("GET", "/products", headers={"Authorization": "Basic YTpi"}, fresh=True).status == 401
    assert server.stop() == 0
    assert any('"principal":"jwt ada"' in line for line in server.log) and token not in "".join(server.log)


def test_tokens_that_are_not_right(desk):
    desk.configure_secret()
    server = desk.serve()
    now = int(time.time())
    right = by_secret(claims())
    head, body, signature = right.split(".")
    for algorithm in ("none", "None", "NONE", "nOnE", ""):
        for tail in ("", signature):
            assert_refused(server, f"{encode({'alg': algorithm})}.{body}.{tail}")
    for header in ({"alg": None}, {"alg": 5}, {"alg": ["HS256"]}, {"crit": ["exp"]}, {"b64": False}, {"alg": "dir"}):
        assert_refused(server, by_secret(claims(), header=header))
    for algorithm in ("HS384", "HS512", "RS256", "ES256"):
        assert_refused(server, by_secret(claims(), algorithm=algorithm), "algorithm")
    for secret in ("", "wrong", SECRET[:-1], SECRET + "x"):
        assert_refused(server, by_secret(claims(), secret), "key")
    for token in (f"{head}.{encode(claims(sub='eve'))}.{signature}", f"{head}.{body}.{signature[:-2]}", f"{head}.{body}.",
                  f"..{signature}", "..", "a.b.c", f"{head}.{body}", right + ".x", "x" * 3000 + ".y.z", right[1:]):
        assert ask(server, token).status == 401, token
    wrong = [({"exp": None}, "exp"), ({"exp": str(now + 60)}, "exp"), ({"exp": now - 31}, "expired"), ({"exp": -1}, "expired"),
             ({"nbf": now + 100}, "not good yet"), ({"nbf": "x"}, "nbf"), ({"iss": None}, "issuer"), ({"iss": ISSUER + "x"}, "issuer"),
             ({"iss": [ISSUER]}, "issuer"), ({"aud": None}, "audience"), ({"aud": "shop2"}, "audience"), ({"aud": ["a", 1]}, "audience"),
             ({"aud": {"shop": 1}}, "audience"), ({"sub": None}, "sub"), ({"sub": ""}, "sub"), ({"sub": 7}, "sub"),
             ({"role": None}, "role"), ({"role": 1}, "role"), ({"role": "r" * 64}, "role"), ({"role": ""}, "role"),
             ({"tenant": 5}, "tenant"), ({"tenant": ""}, "tenant"), ({"tenant": "t" * 256}, "tenant"), ({"scope": 3}, "scope"),
             ({"role": "cl\0rk"}, "")]
    for more, why in wrong:
        assert_refused(server, by_secret(claims(**more)), why)
    for text in (b"[]", b"1", b"", b"{", b'{"iss":"a","iss":"b"}', b"\xff"):
        assert_refused(server, by_secret(text))
    for fine in ({"exp": now - 20}, {"nbf": now + 20}, {"exp": now + 60.5}):
        assert ask(server, by_secret(claims(**fine))).status == 200, fine
    assert server.stop() == 0


def test_public_keys(desk):
    rsa, other, ec = KeyPair(desk.keys, "r1", "RSA"), KeyPair(desk.keys, "r2", "RSA"), KeyPair(desk.keys, "e1", "EC")
    stranger = KeyPair(desk.keys, "r1x", "RSA")
    desk.configure_keys([rsa.jwk | {"use": "sig"}, other.jwk | {"alg": "RS256"}, ec.jwk], ["RS256", "PS256", "ES256"])
    server = desk.serve()
    for pair, algorithm in ((rsa, "RS256"), (rsa, "PS256"), (other, "RS256"), (ec, "ES256")):
        assert ask(server, pair.sign(claims(), algorithm)).status == 200, (pair.name, algorithm)
    assert_refused(server, other.sign(claims(), "PS256"))                   # that key is for RS256
    assert_refused(server, rsa.sign(claims(), "RS384"), "algorithm")
    assert_refused(server, rsa.sign(claims(), "RS256", kid="r2"))           # another's name
    assert_refused(server, rsa.sign(claims(), "RS256", kid="r3"))
    assert_refused(server, stranger.sign(claims(), "RS256", kid="r1"))
    assert_refused(server, stranger.sign(claims(), "RS256", kid="r1", jwk=stranger.jwk, jku="https://evil.example/"))
    assert_refused(server, rsa.sign(claims(), "RS256", kid="e1"))
    assert_refused(server, ec.sign(claims(), "ES256", alg="RS256"))
    # A public key is nobody's secret, however it is written.
    for secret in (rsa.public, rsa.public.strip(), json.dumps(rsa.jwk), rsa.jwk["n"], base64.urlsafe_b64decode(rsa.jwk["n"] + "==")):
        for algorithm in ("HS256", "HS512"):
            assert_refused(server, by_secret(claims(), secret, {"kid": "r1"}, algorithm), "algorithm")
        assert_refused(server, by_secret(claims(), secret, {"kid": "r1", "alg": "RS256"}), "key")
    assert server.stop() == 0


def test_many_at_once(desk):
    rsa, ec = KeyPair(desk.keys, "m1", "RSA"), KeyPair(desk.keys, "m2", "EC")
    desk.configure_keys([rsa.jwk, ec.jwk], ["RS256", "ES256"])
    server = desk.serve()
    tokens = [(pair.sign(claims(sub=f"u{at}", role=role), algorithm), status) for at in range(4)
              for pair, algorithm in ((rsa, "RS256"), (ec, "ES256")) for role, status in (("clerk", 200), ("ghost", 403))]
    tokens += [(token[:-8] + "AAAAAAAA", 401) for token, _ in tokens]
    wrong = []

    def run(number):
        for step in range(len(tokens) * 3):
            token, status = tokens[(number * 7 + step) % len(tokens)]
            if ask(server, token).status != status:
                wrong.append((token, status))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[:3]
    assert server.stop() == 0


def test_keys_that_are_not_taken(desk):
    rsa, small = KeyPair(desk.keys, "p1", "RSA"), KeyPair(desk.keys, "p2", "RSA", 1024)
    for entries, told in (([small.jwk], "2048"), ([rsa.jwk | {"d": "AQAB"}], "private"), ([{"kty": "oct", "k": encode(b"x" * 32)}], "RSA nor EC"),
                          ([], "no keys"), ([{"kty": "RSA"}], "cannot be read"), ([{}], "RSA nor EC"), ([rsa.jwk | {"use": "enc"}], "no keys")):
        desk.configure_keys(entries, ["RS256"])
        done = desk.check()
        assert done.returncode == 1 and told in done.stderr, (entries, done.stderr)
    os.remove(os.path.join(desk.shop.folder, "issuer.json"))
    assert "issuer.json" in desk.check().stderr
    desk.configure_secret()
    for secret, told in ((None, "TOKEN_SECRET"), ("short", "too short")):
        done = desk.check(secret)
        assert done.returncode == 1 and told in done.stderr and (secret or "-") not in done.stderr.replace("too short", ""), done.stderr
    assert desk.check().returncode == 0, desk.check().stderr


def test_keys_and_tokens_stand_side_by_side(desk):
    desk.configure_secret()
    server = desk.serve()
    key = make_key(desk.shop, "--scope", "admin")
    assert server.ask("GET", "/products", headers=bearer(key), fresh=True).status == 200
    assert ask(server, by_secret(claims())).status == 200
    # Tokens open other addresses, and a project that takes no tokens any more does not open the door.
    assert desk.check(listen="0.0.0.0:0").returncode == 0
    desk.configure(None)
    assert desk.check(listen="0.0.0.0:0").returncode == 5
    server.process.send_signal(1)
    for _ in range(100):
        if any('"event":"reloaded"' in line or '"reload' in line for line in server.log):
            break
        time.sleep(0.05)
    assert ask(server, by_secret(claims())).status == 401
    assert server.ask("GET", "/products", fresh=True).status == 401
    assert server.stop() == 0


def test_a_kept_answer_is_not_for_a_token_with_other_rights(desk):
    desk.configure_secret()
    server = desk.serve()

    def write(**more):
        token = by_secret(claims(scope="write", role="writer") | more)
        return ask(server, token, "/products", "POST", {"title": "kept", "handle": more.get("sub", "ada")}, **{"Idempotency-Key": "k"})

    first = write()
    assert first.status == 201 and write().body == first.body
    for more in ({"role": "clerk"}, {"scope": "read"}, {"scope": "admin"}):
        answer = write(**more)
        assert answer.status == 403 and answer.json["code"] == "forbidden" and "kept" not in answer.body.decode(), answer.body
    assert write(exp=int(time.time()) + 60).headers["idempotency-replayed"] == "true"
    assert write(sub="bob").json["product"]["id"] != first.json["product"]["id"]
    assert ask(server, by_secret(claims(role="writer")), "/products?handle=ada").json["count"] == 1
    assert server.stop() == 0


def test_wrong_ones_are_slowed_down(desk):
    desk.configure_secret()
    server = desk.serve("--wrong-keys", "3")
    known, unseen, token = make_key(desk.shop), make_key(desk.shop), by_secret(claims())
    assert server.ask("GET", "/products", headers=bearer(known), fresh=True).status == 200
    assert ask(server, token).status == 200
    assert [ask(server, "weft_nobody").status, ask(server, by_secret(claims(), "x")).status, ask(server, "a.b.c").status] == [401] * 3
    for credential in ("weft_nobody", by_secret(claims(), "x"), unseen["key"], by_secret(claims(sub="bob"))):
        answer = ask(server, credential)
        assert answer.status == 429 and answer.json["code"] == "limit_exceeded" and "wrong_keys_max = 3" in answer.json["detail"], answer.body
        assert 1 <= int(answer.headers["retry-after"]) <= 60, answer.headers
    # Who was right before is not locked out by others at the same address; who shows nothing is told what is needed.
    assert server.ask("GET", "/products", headers=bearer(known), fresh=True).status == 200
    assert ask(server, token).status == 200
    assert server.ask("GET", "/products", fresh=True).status == 401
    # Being right once helps only as long as it is right.
    desk.shop.run("key", "revoke", known["id"])
    assert server.ask("GET", "/products", headers=bearer(known), fresh=True).status == 401
    assert server.ask("GET", "/products", headers=bearer(known), fresh=True).status == 429
    assert server.stop() == 0


def main():
    shop = harness.Shop(sys.argv[1])
    desk = Desk(shop)
    try:
        desk.configure_secret()
        probe = desk.check()
        assert re.search("ready", probe.stderr), probe.stderr
        return harness.run_tests(globals(), desk)
    finally:
        desk.close()
        shop.close()


if __name__ == "__main__":
    sys.exit(main())
