#!/usr/bin/env python3
"""Starting, watching, reloading and ending a server.  usage: test_operations.py WEFT"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import harness


def serve(shop, *words, **environment):
    return harness.Server([shop.weft, "-C", shop.folder, "serve", "--listen", "0", "--admin", "0", *words],
                          shop.environment | environment)


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def is_refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return False
    except OSError:
        return True


def lines(server, event):
    return [json.loads(line) for line in list(server.log) if f'"event":"{event}"' in line]


def test_the_admin_listener(shop):
    server = serve(shop)
    try:
        assert server.ask("GET", "/live", port=server.admin_port).json == {"status": "live"}
        ready = server.ask("GET", "/ready", port=server.admin_port)
        assert ready.status == 200 and ready.json["status"] == "ready" and len(ready.json["stores"]) == 2, ready.json
        schema = server.ask("GET", "/schema", port=server.admin_port).json
        assert schema == json.loads(shop.run("graph", "--json"))
        assert server.ask("GET", "/products", port=server.admin_port).status == 404
        wrong = server.ask("POST", "/live", port=server.admin_port)
        assert wrong.status == 405 and wrong.headers["allow"] == "GET, HEAD" and wrong.json["code"] == "unsupported", wrong.body
        for path in ("/live", "/ready", "/metrics", "/schema"):  # a page whose name was pointed at this machine
            stranger = server.ask("GET", path, headers={"Host": "evil.example:80"}, port=server.admin_port)
            assert stranger.status == 421 and stranger.json["code"] == "refused_unsafe", stranger.body
            assert stranger.headers["content-type"] == "application/problem+json"
        for path in ("/products", "/products/prod_00000", "/products/none", "/nowhere/at/all/x"):
            server.get(path)
        wait_for(lambda: server.ask("GET", "/metrics", port=server.admin_port).body.count(b'status="4xx"') == 2)
        text = server.ask("GET", "/metrics", port=server.admin_port).body.decode()
        for line in text.splitlines():
            assert re.fullmatch(r'# (HELP|TYPE) weft_\w+ .+|weft_\w+(\{[^}]*\})? [-+.\de]+', line), line
        values = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")
        assert values['weft_requests_total{method="GET",route="/[plural]",status="2xx"}'] == "1"
        assert values['weft_requests_total{method="GET",route="/[plural]/[id]",status="4xx"}'] == "1"
        assert values["weft_request_duration_seconds_count"] == "4"
        assert values['weft_request_duration_seconds_bucket{le="+Inf"}'] == "4"
        assert int(values["weft_statements_total"]) >= 3 and int(values["weft_resident_bytes"]) > 1000000
        assert server.stop() == 0
    finally:
        server.kill()


def test_log_lines_are_json_and_hold_no_parameters(shop):
    server = serve(shop)
    try:
        server.ask("GET", "/products?title=secret&fields=id", headers={"X-Request-Id": "r-1"})
        server.ask("GET", "/products/%22%0A", headers={"X-Request-Id": "r-2"})
        assert server.stop() == 0
    finally:
        server.kill()
    requests = {line["request_id"]: line for line in lines(server, "request")}
    assert all(json.loads(line) for line in server.log) and "secret" not in "".join(server.log)
    one = requests["r-1"]
    assert (one["method"], one["path"], one["route"], one["status"]) == ("GET", "/products", "/[plural]", 200), one
    assert one["statements"] == 2 and one["bytes"] > 0 and one["duration_ms"] >= 0 and one["principal"] == "local"
    assert requests["r-2"]["status"] == 404 and requests["r-2"]["code"] == "not_found"
    events = [line["event"] for line in map(json.loads, server.log)]
    assert events[-1] == "stopped" and events.count("draining") == 1, events


def test_ending_waits_for_requests_under_way(shop):
    server = serve(shop, "--drain-ms", "8000")
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as link:
            body = b'{"entity":"product","fields":["id"],"pagination":{"take":1}}'
            link.sendall(b"POST /graph HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:10])
            wait_for(lambda: b"weft_requests_open 1" in server.ask("GET", "/metrics", port=server.admin_port).body)
            server.process.send_signal(signal.SIGTERM)
            wait_for(lambda: lines(server, "draining"))
            assert server.ask("GET", "/ready", port=server.admin_port).json == {"status": "draining"}
            wait_for(lambda: is_refused(server.port))
            link.sendall(body[10:])
            answer = link.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200 OK") and b'{"data":[{"id":' in answer and b"Connection: close" in answer
        assert server.process.wait(timeout=5) == 0
    finally:
        server.kill()


def test_ending_cuts_off_who_takes_too_long(shop):
    server = serve(shop, "--drain-ms", "300")
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as link:
            link.sendall(b"POST /graph HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            wait_for(lambda: b"weft_requests_open 1" in server.ask("GET", "/metrics", port=server.admin_port).body)
            begun = time.monotonic()
            assert server.stop() == 0
            assert 0.2 < time.monotonic() - begun < 5
    finally:
        server.kill()


def test_a_reload_takes_a_good_project_and_keeps_the_old_for_a_bad_one(shop):
    path = os.path.join(shop.folder, "src", "modules", "customer", "module.yaml")
    with open(path, encoding="utf-8") as source:
        good = source.read()
    server = serve(shop)
    stop, wrong = threading.Event(), []

    def keep_asking():
        while not stop.is_set():
            answer = server.ask("GET", "/customers?fields=id", fresh=True)
            if answer.status != 200:
                wrong.append(answer.body)

    asker = threading.Thread(target=keep_asking)
    try:
        asker.start()
        with open(path, "w", encoding="utf-8") as out:
            out.write(good.replace("name:  text", "name:  txet"))
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: lines(server, "kept the old project"))
        kept = lines(server, "kept the old project")[0]
        assert kept["level"] == "error" and "customer/module.yaml:" in kept["where"] and "txet" in kept["message"], kept
        assert "nickname" not in server.get("/openapi.json").body.decode()
        customer = "/customers/" + server.get("/customers?limit=1").json["customers"][0]["id"]
        assert "nickname" not in server.get(customer).json["customer"]
        with open(path, "w", encoding="utf-8") as out:
            out.write(good.replace("name:  text", "name:  text\n      nickname: text?"))
        shop.run("db:migrate")
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: lines(server, "reloaded"))
        assert "nickname" in server.get(customer).json["customer"]
        assert "nickname" in server.get("/customers?limit=1").json["customers"][0]
        assert "nickname" in server.get("/openapi.json").body.decode()
        stop.set()
        asker.join()
        assert not wrong, wrong[0]
        assert server.stop() == 0
    finally:
        stop.set()
        server.kill()
        with open(path, "w", encoding="utf-8") as out:
            out.write(good)


def test_only_loopback_addresses_are_served(shop):
    for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:0"):
        done = subprocess.run([shop.weft, "-C", shop.folder, "serve", "--listen", address], env=shop.environment,
                              capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 5 and "not a loopback address" in done.stderr, (address, done)
    for address in ("nonsense", "127.0.0.1:99999", "127.0.0.1:"):
        done = subprocess.run([shop.weft, "-C", shop.folder, "serve", "--listen", address], env=shop.environment,
                              capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 2 and "no address" in done.stderr, (address, done)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run([shop.weft, "-C", shop.folder, "serve", "--listen", f"127.0.0.1:{taken.getsockname()[1]}"],
                              env=shop.environment, capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 1 and "could not listen" in done.stderr, done


def test_checking_serves_nothing(shop):
    def check():
        return subprocess.run([shop.weft, "-C", shop.folder, "serve", "--listen", "0", "--check"], env=shop.environment,
                              capture_output=True, text=True, timeout=20, check=False)

    shop.run("db:migrate", "--allow-unsafe", "--yes")
    good = check()
    assert good.returncode == 0 and good.stderr == "ready to serve\n", good
    path = os.path.join(shop.folder, "src", "modules", "extra")
    os.mkdir(path)
    try:
        with open(os.path.join(path, "module.yaml"), "w", encoding="utf-8") as out:
            out.write("module: extra\nmodels:\n  extra:\n    fields: { id: id }\n")
        pending = check()
        assert pending.returncode == 3 and "db:migrate" in pending.stderr, pending
    finally:
        shutil.rmtree(path)


START = """
import os, sys
os.environ["LISTEN_PID"] = str(os.getpid())
for at, fd in enumerate(sys.argv[1].split(",")):
    os.dup2(int(fd), 3 + at, inheritable=True)
os.execv(sys.argv[2], sys.argv[2:])
"""


def test_systemd_hands_sockets_over_and_is_told(shop):
    told_path = os.path.join(shop.folder, "notify")
    with socket.create_server(("127.0.0.1", 0)) as main, socket.create_server(("127.0.0.1", 0)) as admin, \
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(told_path)
        told.settimeout(10)
        high = [os.dup(s.fileno()) for s in (main, admin)]
        high = [os.dup2(fd, 50 + at, inheritable=True) for at, fd in enumerate(high)]
        process = subprocess.Popen(
            [sys.executable, "-c", START, ",".join(map(str, high)), shop.weft, "-C", shop.folder, "serve"],
            env=shop.environment | {"LISTEN_FDS": "2", "LISTEN_FDNAMES": "http:admin", "NOTIFY_SOCKET": told_path},
            stderr=subprocess.PIPE, text=True, pass_fds=high)
        try:
            assert told.recv(100) == b"READY=1"
            server = harness.Server.__new__(harness.Server)
            server.connection, server.port = None, main.getsockname()[1]
            assert server.ask("GET", "/products/prod_00000", fresh=True).status == 200
            assert server.ask("GET", "/live", port=admin.getsockname()[1]).status == 200
            process.send_signal(signal.SIGHUP)
            assert [told.recv(100), told.recv(100)] == [b"RELOADING=1", b"READY=1"]
            process.send_signal(signal.SIGTERM)
            assert told.recv(100) == b"STOPPING=1" and process.wait(timeout=15) == 0
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()


def main():
    shop = harness.Shop(sys.argv[1])
    try:
        return harness.run_tests(globals(), shop)
    finally:
        shop.close()


if __name__ == "__main__":
    sys.exit(main())
