#!/usr/bin/env python3
"""Measures `weft serve` beside the hand-written server with wrk, while a client of its own compares every answer it gets
with the record that the benchmark's rows make. tools/bench-http calls it.

usage: http_bench.py BUILD FOLDER PROGRAM URL [--products N] [--seconds N] [--turns N] [--connections 16,256]
               [--workloads one,page] [--threads N] [--styles ONE,PAGE] [--weft "OPTION…"]

The programs take turns, and are started anew for each: a machine that is now faster and now slower is so for both, and
which processors the system puts their threads on, where they then stay, is drawn as often as there are turns. A figure is the
median of its turns, peak memory the largest; beside the ratio of the medians stand the least and the greatest of a pair. A
request to weft that is lost, of another status, or answered with another record than it asked for ends the benchmark with
status 1; of the other it is told on stderr. CPU is that of the server, and of the database's processes where it has some."""
import argparse
import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
STYLES = {"sqlite": "nested,nested", "postgres": "flat,any"}
TIME = "2026-01-01T00:00:00.000Z"


class Rows:
    """The rows of bench/data.c, made again from their formulas."""

    def __init__(self, products):
        self.products = products
        self.posts_of = {}
        for n in range(1, products * 3 + 1):
            product = (n * 7 % (products // 10) if n % 2 == 0 else n * 13 % products) + 1
            self.posts_of.setdefault(product, []).append(n)

    def one(self, n):
        ends = {"created_at": TIME, "updated_at": TIME, "deleted_at": None}
        posts = [{"id": f"post_{p:012}", "title": f"Post number {p}", "author": f"Author {p % 100}",
                  "body": f"A text about a product, as long as a summary usually is, number {p}", "views": p % 1000} | ends
                 for p in self.posts_of.get(n, [])]
        return {"product": {"id": f"prod_{n:012}", "title": f"Product {n}", "handle": f"product-{n}",
                            "status": "published"} | ends | {"blog_posts": posts}}

    def page(self, offset):
        rows = [{"id": f"prod_{n:012}", "title": f"Product {n}", "handle": f"product-{n}",
                 "blog_posts": [{"id": f"post_{p:012}", "title": f"Post number {p}"} for p in self.posts_of.get(n, [])]}
                for n in range(offset + 1, min(offset + 50, self.products) + 1)]
        return {"products": rows, "offset": offset, "limit": 50}


class Checker(threading.Thread):
    """A client beside wrk: asks at random over connections that it keeps, and compares."""

    def __init__(self, port, rows, workload, seed):
        super().__init__(daemon=True)
        self.port, self.rows, self.workload, self.random = port, rows, workload, random.Random(seed)
        self.is_ended, self.checked, self.wrong = threading.Event(), 0, None

    def run(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            while not self.is_ended.is_set():
                self.check(connection)
                self.checked += 1
                time.sleep(0.01)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is told with the line that is measured
            self.wrong = repr(error)[:500]

    def check(self, connection):
        if self.workload == "one":
            n = self.random.randint(1, self.rows.products)
            path, wanted = f"/products/prod_{n:012}?fields=*,blog_posts.*", self.rows.one(n)
        else:
            offset = self.random.randrange(20) * 50
            path = f"/products?fields=id,title,handle,blog_posts.id,blog_posts.title&limit=50&offset={offset}"
            wanted = self.rows.page(offset)
        connection.request("GET", path, headers={"Prefer": "count=none"})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200 or body != json.dumps(wanted, separators=(",", ":")).encode():
            raise ValueError(f"{path}: {response.status} {body[:300]}")


class Program:
    """A server, ours or the other, with the port it took."""

    def __init__(self, words):
        is_weft = words[0].endswith("weft")
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE if is_weft else None, text=True)
        source, line, self.port = self.process.stderr if is_weft else self.process.stdout, "", None
        while self.port is None:
            line = source.readline()
            if not line:
                raise SystemExit(f"{words[0]} did not start")
            if not is_weft:
                self.port = int(line)
            elif '"event":"serving"' in line:
                self.port = json.loads(line)["port"]
        self.drain = threading.Thread(target=lambda: [None for _ in source], daemon=True)
        self.drain.start()

    def status(self, name):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(name + ":"))

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def cpu_s(pids):
    """What each process has used; those that have ended are left out."""
    used = {}
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                parts = file.read().rsplit(")", 1)[1].split()
            used[pid] = (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            pass
    return used


def used_us(before, after, requests):
    return sum(s - before.get(pid, 0) for pid, s in after.items()) / (requests + 1) * 1e6


def database_pids(url):
    """The processes of the benchmark's own cluster; none for SQLite, which works inside the servers."""
    host = re.search(r"host=([^&]+)", url)
    if not host:
        return []
    with open(os.path.join(host.group(1), "data", "postmaster.pid"), encoding="ascii") as file:
        parent = file.readline().strip()
    with open(f"/proc/{parent}/task/{parent}/children", encoding="ascii") as file:
        return file.read().split()


def run_wrk(port, options, workload, connections, seconds):
    done = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s",
                           os.path.join(HERE, "http_bench.lua"), f"http://127.0.0.1:{port}", "--", workload, str(options.products)],
                          capture_output=True, text=True, check=False)
    found = [line[7:] for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not found:
        raise SystemExit(f"wrk: {done.stdout}{done.stderr}")
    return json.loads(found[0])


def take_turn(words, options, rows, workload, connections):
    """A program started, warmed, and asked for its part of the seconds, while two clients beside wrk check its answers."""
    program = Program(words)
    checkers = [Checker(program.port, rows, workload, seed) for seed in range(2)]
    seconds = options.seconds // options.turns
    try:
        run_wrk(program.port, options, workload, connections, 1)  # warm
        for checker in checkers:
            checker.start()
        before = cpu_s([program.process.pid]), cpu_s(database_pids(options.url))
        turn = run_wrk(program.port, options, workload, connections, seconds)
        after = cpu_s([program.process.pid]), cpu_s(database_pids(options.url))
        for checker in checkers:
            checker.is_ended.set()
            checker.join()
        turn |= {"per_s": turn["requests"] / turn["duration_us"] * 1e6, "rss_mb": program.status("VmHWM") / 1024,
                 "checked": sum(c.checked for c in checkers),
                 "cpu_us": [used_us(b, a, turn["requests"]) for b, a in zip(before, after)]}
        wrong = [c.wrong for c in checkers if c.wrong] + [f"{turn[k]} of wrk's requests: {k}" for k in
                                                          ("connect", "read", "write", "status", "timeout") if turn[k]]
        if wrong and words[0].endswith("weft"):
            raise SystemExit(f"weft: {wrong}")
        if wrong:
            print(f"by hand: {wrong}", file=sys.stderr)
        return turn
    finally:
        program.end()


def summarize(turns):
    median = statistics.median
    return {"rss_mb": max(t["rss_mb"] for t in turns), "checked": sum(t["checked"] for t in turns),
            "cpu_us": [median(us) for us in zip(*(t["cpu_us"] for t in turns))],
            **{name: median(t[name] for t in turns) for name in ("per_s", "p50_us", "p99_us")}}


def measure(theirs, ours, options, rows, workload, connections):
    """What the turns of both come to, the other program's first; and the least and the greatest ratio of a pair."""
    pairs = []
    for n in range(options.turns):
        order = (theirs, ours) if n % 2 == 0 else (ours, theirs)
        pair = [take_turn(words, options, rows, workload, connections) for words in order]
        pairs.append(pair if n % 2 == 0 else pair[::-1])
    ratios = sorted(hand["per_s"] / weft["per_s"] for hand, weft in pairs)
    return *(summarize(turns) for turns in zip(*pairs)), f"{ratios[0]:.2f} to {ratios[-1]:.2f}"


def cpu(result):
    return " + ".join(f"{us:.0f}" for us in result["cpu_us"] if us)


def main():
    parser = argparse.ArgumentParser()
    for name in ("build", "folder", "program", "url"):
        parser.add_argument(name)
    parser.add_argument("--products", type=int, default=20000)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--connections", default="16,256")
    parser.add_argument("--workloads", default="one,page")
    parser.add_argument("--threads", default="8")
    parser.add_argument("--styles")
    parser.add_argument("--weft", default="--log errors")
    options = parser.parse_args()
    options.turns = max(1, min(options.turns, options.seconds))  # wrk knows whole seconds only
    hand_program = os.path.join(options.build, "bench", "weft-bench-http")
    if not os.path.exists(options.folder):
        os.mkdir(options.folder)
        subprocess.run([hand_program, "make", options.folder, options.program, str(options.products), options.url], check=True)
    url = os.path.join(options.folder, options.url[7:]) if options.program == "sqlite" else options.url
    styles = (options.styles or STYLES[options.program]).split(",")
    ours = [os.path.join(options.build, "cli", "weft"), "-C", options.folder, "serve", "--listen", "0", *options.weft.split()]
    theirs = [hand_program, "serve", options.program, url, options.threads, *styles]
    rows = Rows(options.products)
    print(f"{options.program}, {options.products} products; {options.seconds} s a program and line, in {options.turns} turns\n")
    print("| | connections | weft req/s | by hand | ratio | least to greatest | p50 ms | by hand | p99 ms | by hand | peak MB | by hand | CPU µs a request | by hand | ratio | checked |")
    print("|" + "---|" * 16)
    for workload in options.workloads.split(","):
        for connections in map(int, options.connections.split(",")):
            hand, weft, ratios = measure(theirs, ours, options, rows, workload, connections)
            print(f"| {workload} | {connections} | {weft['per_s']:.0f} | {hand['per_s']:.0f} | {hand['per_s'] / weft['per_s']:.2f} | "
                  f"{ratios} | {weft['p50_us'] / 1e3:.2f} | {hand['p50_us'] / 1e3:.2f} | {weft['p99_us'] / 1e3:.2f} | {hand['p99_us'] / 1e3:.2f} | "
                  f"{weft['rss_mb']:.0f} | {hand['rss_mb']:.0f} | {cpu(weft)} | {cpu(hand)} | {sum(weft['cpu_us']) / sum(hand['cpu_us']):.2f} | "
                  f"{weft['checked']} + {hand['checked']} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
