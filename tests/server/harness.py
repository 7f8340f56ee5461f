"""A served project for tests: a copy of the shop with rows in it, `weft serve` on a free loopback port, and TAP."""
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Answer:
    def __init__(self, response):
        self.status, self.body = response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}

    @property
    def json(self):
        return json.loads(self.body)


def fresh_database():
    """A new database in the cluster that WEFT_TEST_POSTGRES names; its URL. Without one the test fails: it has shown nothing."""
    base = os.environ.get("WEFT_TEST_POSTGRES")
    if not base:
        sys.exit("Bail out! WEFT_TEST_POSTGRES names no cluster; tools/run-tests starts one")
    name = "serve_" + os.urandom(6).hex()
    subprocess.run(["psql", "-q", "-X", base, "-c", f"CREATE DATABASE {name} TEMPLATE template0"], check=True,
                   stdout=subprocess.DEVNULL)
    return re.sub(r"^(postgres(?:ql)?://[^/]*/)[^?]*", lambda m: m.group(1) + name, base)


class Shop:
    """A project in a folder of its own, removed at the end: in two SQLite files, or two PostgreSQL databases."""

    def __init__(self, weft, store="sqlite", urls=None):
        if store == "postgres" and not urls:
            urls = [fresh_database(), fresh_database()]
        self.weft, self.store = weft, store
        self.folder = tempfile.mkdtemp(prefix="weft-serve-")
        for name in ("src", "weft.yaml", "seed"):
            source = os.path.join(ROOT, "examples", "shop", name)
            (shutil.copytree if os.path.isdir(source) else shutil.copy)(source, os.path.join(self.folder, name))
        self.environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "CONTENT_URL")}
        if urls:
            self.environment |= {"DATABASE_URL": urls[0], "CONTENT_URL": urls[1]}
        rows = os.path.join(self.folder, "rows")
        subprocess.run(["python3", os.path.join(self.folder, "seed", "make.py"), rows, "20"], check=True,
                       stdout=subprocess.DEVNULL)
        self.run("db:migrate")
        for model in ("product", "product_variant", "blog_post", "review", "customer", "loyalty_account"):
            self.run("import", model, os.path.join(rows, model + ".ndjson"))
        for name in sorted(os.listdir(rows)):
            link = re.match(r"links-(.*)\.(csv|ndjson)$", name)
            if link:
                self.run("link", "import", link.group(1), os.path.join(rows, name))

    def run(self, *words):
        done = subprocess.run([self.weft, "-C", self.folder, *words], env=self.environment, capture_output=True,
                              text=True, timeout=60, check=False)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Lock:
    """Holds a table of the shop so that nobody reads or writes it."""

    def __init__(self, url, table):
        self.process = subprocess.Popen(["psql", "-q", "-X", "-t", "-A", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(f"BEGIN; LOCK TABLE {table}; SELECT 'locked';\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline().strip() == "locked"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


class Server:
    """`weft serve`, or another program that logs as it does."""

    def __init__(self, words, environment, cwd=None):
        self.process = subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True, cwd=cwd)
        self.log = []
        told = {}
        while not told.get("port"):
            line = self.process.stderr.readline()
            self.log.append(line)
            assert line, "the server did not start: " + "".join(self.log)
            told = json.loads(line) if '"event":"serving"' in line else {}
        self.port, self.admin_port = told["port"], told.get("admin_port")
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()
        self.connection = None

    def read_log(self):
        """Lines are read as they come, so that the server never waits for its log."""
        for line in self.process.stderr:
            self.log.append(line)

    def ask(self, method, path, body=None, headers=None, fresh=False, port=None):
        if fresh or port or self.connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=20)
        else:
            connection = self.connection
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        connection.request(method, path, body=body, headers=headers or {})
        answer = Answer(connection.getresponse())
        if not port and not fresh:
            self.connection = connection
        return answer

    def get(self, path, **headers):
        return self.ask("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def stop(self, number=signal.SIGTERM):
        """Ends it and answers its exit status and what it wrote."""
        if self.connection:
            self.connection.close()
            self.connection = None
        self.process.send_signal(number)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(timeout=5)
        return self.process.returncode

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def run_tests(module, argument):
    """Every function of `module` whose name begins with test_, as TAP; each gets `argument`."""
    tests = [(name[5:], call) for name, call in module.items() if name.startswith("test_")]
    failed = 0
    for number, (name, call) in enumerate(tests, 1):
        begun = time.monotonic()
        try:
            call(argument)
            print(f"ok {number} - {name.replace('_', ' ')}", flush=True)
            print(f"# {time.monotonic() - begun:.2f} s", flush=True)
        except Exception:  # noqa: BLE001 - whatever goes wrong is the test's failure
            failed += 1
            print(f"not ok {number} - {name.replace('_', ' ')}", flush=True)
            for line in traceback.format_exc().splitlines():
                print("# " + line, flush=True)
    print(f"1..{len(tests)}")
    return 1 if failed or not tests else 0


def store_of(argv):
    """The store a test is called with: test_reading.py WEFT [postgres]."""
    return argv[2] if len(argv) > 2 else "sqlite"


def main(module, weft, *words, store=None):
    """Run the tests of `module` against one server over a fresh shop; `words` are more of its command line."""
    shop = Shop(weft, store or store_of(sys.argv))
    server = None
    try:
        server = Server([shop.weft, "-C", shop.folder, "serve", "--listen", "0", *words], shop.environment)
        server.shop = shop
        status = run_tests(module, server)
        ended = server.stop()
        assert ended == 0, f"weft serve ended with {ended}: {''.join(server.log)}"
        return status
    finally:
        if server:
            server.kill()
        shop.close()
