"""The blocks of the book's pages that are C, YAML or JSON, tried: C compiles against the public headers, with every warning; YAML is
checked by weft in the example project (a module or link in its file's place, anything else as part of weft.yaml); a graph
request is explained there, and a change of links has the members of one.

usage: snippets.py WEFT COMPILER ROOT PAGE...
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

PRELUDE = """#include <stdio.h>
#include <string.h>
#include <weft/access.h>
#include <weft/build.h>
#include <weft/main.h>
#include <weft/record.h>
weft_code list_by_keys(void *ctx, const weft_value *keys, size_t count, weft_sink *sink, weft_error *error);
weft_code list_by_filter(void *ctx, const weft_listing *listing, weft_sink *sink, weft_error *error);
"""
# What statements may use without declaring it.
GIVEN = {"engine": "weft_engine *engine = NULL;", "request": 'static const char request[] = "{}";',
         "error": "weft_error error = {0};", "answer": "weft_text answer = {0};"}


def compile_c(compiler, root, text):
    if not re.search(r"^(#include|WEFT_[A-Z_]+\(|static \w+ \w+\(|/\* src/)", text, flags=re.M):
        given = "".join(line + "\n" for name, line in GIVEN.items() if not re.search(r"\b%s(\[\])? = |\b%s;" % (name, name), text))
        text = "int snippet(void);\nint snippet(void)\n{\n" + given + text + "return 0;\n}\n"
    done = subprocess.run([compiler, "-std=c17", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-unused", "-D_POSIX_C_SOURCE=200809L",
                           "-I" + os.path.join(root, "include"), "-x", "c", "-"], input=PRELUDE + text, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout if done.returncode else ""


def project(root, folder):
    path = os.path.join(folder, "shop")
    shutil.copytree(os.path.join(root, "examples", "shop"), path, ignore=shutil.ignore_patterns("data", "*.db"))
    return path


def edit(path, pattern, replacement):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(re.sub(pattern, replacement, text, flags=re.M))


def make_room(path, text):
    """What parts of weft.yaml speak of and the example has not: tenants, categories, a role, a module that cannot be deleted from."""
    modules = os.path.join(path, "src", "modules")
    for module in os.listdir(modules):
        edit(os.path.join(modules, module, "module.yaml"), r"^    fields:$", "    fields:\n      tenant_id: text?")
    edit(os.path.join(modules, "product", "module.yaml"), r"\Z", "  category:\n    fields: { id: id }\n")
    for link in os.listdir(os.path.join(path, "src", "links")):
        edit(os.path.join(path, "src", "links", link), r",? *deleteCascade: true", "")
    if re.search(r"^auth:", text, flags=re.M) and not re.search(r"^roles:", text, flags=re.M):
        edit(os.path.join(path, "weft.yaml"), r"\Z", 'roles: { customer: { modules: "*" } }\n')


def put_yaml(path, text):
    """Where the block belongs."""
    name = re.search(r"^module: (\w+)", text, flags=re.M)
    if name:
        target = os.path.join(path, "src", "modules", name.group(1), "module.yaml")
        os.makedirs(os.path.dirname(target), exist_ok=True)
    elif re.search(r"^left:", text, flags=re.M):
        target = os.path.join(path, "src", "links", "product-blog.yaml")
    else:
        target = os.path.join(path, "weft.yaml")
        make_room(path, text)
        with open(target, encoding="utf-8") as file:
            before = file.read()
        for key in re.findall(r"^(\w+):", text, flags=re.M):
            before = re.sub(r"^%s:.*\n(?:[ #].*\n)*" % key, "", before, flags=re.M)
        text = before + text
    with open(target, "w", encoding="utf-8") as file:
        file.write(text)


def run_weft(weft, *arguments):
    done = subprocess.run([weft, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout if done.returncode else ""


def try_yaml(weft, root, text):
    with tempfile.TemporaryDirectory() as folder:
        path = project(root, folder)
        put_yaml(path, text)
        return run_weft(weft, "-C", path, "check")


def try_json(weft, root, text):
    try:
        values = [json.loads(text)]
    except ValueError:
        values = [json.loads(line) for line in text.strip().split("\n")]
    with tempfile.TemporaryDirectory() as folder:
        path = project(root, folder)
        return "".join(run_weft(weft, "-C", path, "explain", json.dumps(value)) for value in values if "entity" in value)


def main():
    weft, compiler, root = sys.argv[1:4]
    lines = []
    for page in sys.argv[4:]:
        with open(page, encoding="utf-8") as file:
            blocks = re.findall(r"^```(c|yaml|json)\n(.*?)^```", file.read(), flags=re.S | re.M)
        for number, (kind, text) in enumerate(blocks, 1):
            problem = compile_c(compiler, root, text) if kind == "c" else (try_yaml if kind == "yaml" else try_json)(weft, root, text)
            lines.append((f"{os.path.basename(page)}, block {number}, {kind}", problem))
    print(f"1..{len(lines)}")
    for number, (name, problem) in enumerate(lines, 1):
        print(f"{'not ok' if problem else 'ok'} {number} - {name}")
        for line in problem.splitlines():
            print("# " + line)
    return 1 if any(problem for _, problem in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
