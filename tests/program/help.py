"""The man page, the book and `weft help` agree: each command of the help is in both, each command that they name is one, and each
option of the man page is one of some command.

usage: help.py WEFT ROOT
"""
import glob
import os
import re
import subprocess
import sys


def ask(weft, *arguments):
    return subprocess.run([weft, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          env=dict(os.environ, NO_COLOR="1")).stdout


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    weft, root = sys.argv[1:3]
    overview = ask(weft, "help")
    commands = set(re.findall(r"^  ([a-z][\w:-]*) {2,}", overview[overview.index("commands:"):overview.index("options of every")], flags=re.M))
    options = set(re.findall(r"--[a-z][a-z-]+", overview + "".join(ask(weft, command, "--help") for command in sorted(commands))))
    man = read(os.path.join(root, "docs", "man", "weft.1.scd"))
    page = read(os.path.join(root, "docs", "command-line.md"))
    problems = []
    for command in sorted(commands - {"version", "complete"}):
        if f"*{command}" not in man:
            problems.append(f"the man page says nothing of {command}")
        if not re.search(r"(?<![\w:-])%s(?![\w:-])" % re.escape(command), page):
            problems.append(f"docs/command-line.md says nothing of {command}")
    for option in sorted(set(re.findall(r"\*(--[a-z][a-z-]+)\*", man)) - options):
        problems.append(f"the man page has the option {option}, which no help has")
    for path in glob.glob(os.path.join(root, "docs", "*.md")) + [os.path.join(root, "README.md")]:
        for command in re.findall(r"`weft ([a-z][\w:-]*)", read(path)):
            if command not in commands | {"help"}:
                problems.append(f"{os.path.basename(path)} names the command {command}, which is none")
    print(f"1..1\n{'not ok' if problems else 'ok'} 1 - {len(commands)} commands, {len(options)} options")
    for problem in problems:
        print("# " + problem)
    return 1 if problems or not commands else 0


if __name__ == "__main__":
    sys.exit(main())
