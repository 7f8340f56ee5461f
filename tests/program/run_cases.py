#!/usr/bin/env python3
"""Run the command line's cases, each a file of sections, and report as TAP: one test a command and store.

    --- stores sqlite postgres      run the whole case once a store (DATABASE_URL is set); default: sqlite
    --- project shop                begin with a copy of tests/data/shop or examples/shop
    --- file PATH                   a file of the project, its text below
    --- run WORDS                   a command; `weft` is the program under test
    --- stdin                       what it reads
    --- stdout                      what it must write; "…" in a line stands for any text, a line of only "…" for any lines
    --- stderr                      likewise; left out: not looked at
    --- exit N                      default 0

WEFT_GOLDEN=rewrite writes what the commands gave into the files (lines with "…" that still match stay); read the diff.
WEFT_DETERMINISTIC is set, so that ids and times count up, each command from a later second of 2026.

usage: run_cases.py WEFT CASES_FOLDER
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REWRITE = os.environ.get("WEFT_GOLDEN") == "rewrite"


def read_sections(path):
    sections = []
    with open(path, encoding="utf-8") as case:
        for line in case:
            head = re.match(r"--- (\w+) ?(.*)\n", line)
            if head:
                sections.append([head.group(1), head.group(2), ""])
            elif sections:
                sections[-1][2] += line
    return sections


def pattern(text):
    out = []
    for line in text.splitlines():
        if line == "…":
            out.append("(?:.*\n)*?")
        else:
            out.append(".*?".join(re.escape(part) for part in line.split("…")) + "\n")
    return "".join(out)


def matches(want, have):
    if have and not have.endswith("\n"):
        have += "\n"
    return want == have or re.fullmatch(pattern(want), have) is not None


def fresh_database():
    """A new database in the cluster that WEFT_TEST_POSTGRES names; its URL."""
    base = os.environ["WEFT_TEST_POSTGRES"]
    name = "case_" + os.urandom(6).hex()
    subprocess.run(["psql", "-q", "-X", base, "-c", f"CREATE DATABASE {name} TEMPLATE template0"], check=True,
                   stdout=subprocess.DEVNULL)
    return re.sub(r"^(postgres(?:ql)?://[^/]*/)[^?]*", lambda m: m.group(1) + name, base)


def run_command(words, folder, store, stdin, weft, second):
    environment = dict(os.environ, WEFT_DETERMINISTIC=str(second), NO_COLOR="1", LC_ALL="C.UTF-8",
                       PATH=os.path.dirname(weft) + ":" + os.environ["PATH"])
    if store:
        environment["DATABASE_URL"] = store
    return subprocess.run(["sh", "-c", words], cwd=folder, env=environment, input=stdin, capture_output=True,
                          text=True, timeout=120, check=False)


class Case:
    def __init__(self, path, weft):
        self.path, self.weft = path, weft
        self.sections = read_sections(path)
        self.results = []

    def stores(self):
        named = [section[1].split() for section in self.sections if section[0] == "stores"]
        return named[0] if named else ["sqlite"]

    def run(self, store):
        with tempfile.TemporaryDirectory(prefix="weft-case-") as folder:
            url = fresh_database() if store == "postgres" else "sqlite:data/case.db"
            at = 0
            while at < len(self.sections):
                kind, word, text = self.sections[at]
                if kind == "project":
                    for place in ("tests/data", "examples"):
                        if os.path.isdir(os.path.join(ROOT, place, word)):
                            shutil.copytree(os.path.join(ROOT, place, word), folder, dirs_exist_ok=True)
                            break
                elif kind == "file":
                    path = os.path.join(folder, word)
                    os.makedirs(os.path.dirname(path) or folder, exist_ok=True)
                    with open(path, "w", encoding="utf-8") as out:
                        out.write(text)
                elif kind == "run":
                    at = self.check(at, folder, url, store)
                    continue
                at += 1

    def check(self, at, folder, url, store):
        """Run the command at `at` and compare with the sections behind it; answers where the next one begins."""
        end = at + 1
        want = {}
        while end < len(self.sections) and self.sections[end][0] in ("stdin", "stdout", "stderr", "exit"):
            want[self.sections[end][0]] = self.sections[end]
            end += 1
        words = self.sections[at][1]
        have = run_command(words, folder, url, want["stdin"][2] if "stdin" in want else "", self.weft, at + 1)
        bad = []
        for stream, text in (("stdout", have.stdout), ("stderr", have.stderr)):
            if stream in want and not matches(want[stream][2], text):
                bad.append(f"{stream} is\n{text}\nand should be\n{want[stream][2]}")
                if REWRITE:
                    want[stream][2] = text if text.endswith("\n") or not text else text + "\n"
        status = int(want["exit"][1]) if "exit" in want else 0
        if have.returncode != status:
            bad.append(f"exit status is {have.returncode} and should be {status}; stderr:\n{have.stderr}")
            if REWRITE and "exit" in want:
                want["exit"][1] = str(have.returncode)
        self.results.append((f"{os.path.basename(self.path)} [{store}] {words}", bad))
        return end

    def rewrite(self):
        with open(self.path, encoding="utf-8") as case:
            head = case.read().split("--- ", 1)[0]
        with open(self.path, "w", encoding="utf-8") as out:
            out.write(head)
            for kind, word, text in self.sections:
                out.write(f"--- {kind} {word}".rstrip() + "\n" + text)


def main():
    weft = os.path.abspath(sys.argv[1])
    results = []
    for path in sorted(glob.glob(os.path.join(sys.argv[2], "*.case"))):
        case = Case(path, weft)
        for store in case.stores():
            case.run(store)
        if REWRITE:
            case.rewrite()
        results += case.results
    print(f"1..{len(results)}")
    for number, (name, bad) in enumerate(results, 1):
        print(f"{'not ok' if bad else 'ok'} {number} - {name}")
        for text in bad:
            for line in text.splitlines():
                print("# " + line)
    return 1 if any(bad for _, bad in results) else 0


if __name__ == "__main__":
    sys.exit(main())
