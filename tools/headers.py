"""Reads the public headers: every function, type and macro with its comment. No C parser: it relies on
the committed format (clang-format) and on the convention of CONTRIBUTING.md, and refuses what it cannot place.
"""
import glob
import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECTIONS = ("Parameters", "Errors", "Store errors", "Returns", "Ownership", "Threads", "Source")
BLOCK = re.compile(r"/\*.*?\*/|#(?:[^\n\\]|\\\n|\\.)*|[^;{}#/]*(?:\{(?:[^{}]|\{[^{}]*\})*\}[^;{}]*)?;|extern \"C\" \{|\}", re.S)


class Item:
    """What a header declares. `sections` has what stands behind "Errors:" and its like; `text` what stands before."""

    def __init__(self, kind, name, code, comment):
        self.kind = kind
        self.name = name
        self.code = code
        self.text, self.sections = split_comment(comment)
        self.source = code
        self.parameters = []
        self.result = ""


class Header:
    def __init__(self, path):
        self.path = path
        self.name = os.path.relpath(path, os.path.join(ROOT, "include"))
        with open(path, encoding="utf-8") as file:
            self.source = re.sub(r"(static inline [^;{]*?\))\n\{.*?\n\}", r"\1;", file.read(), flags=re.S)
        self.text, self.sections = "", {}
        self.items = []
        read_items(self)


def plain(comment):
    """A comment's lines without its stars."""
    lines = comment.strip()[2:-2].split("\n")
    lines = [re.sub(r"^\s*\* ?", "", line).rstrip() if i else line.strip() for i, line in enumerate(lines)]
    return "\n".join(lines).strip()


def split_comment(comment):
    text, sections, current = [], {}, None
    for line in plain(comment).split("\n") if comment else []:
        start = re.match(r"(%s): (.*)" % "|".join(SECTIONS), line)
        if start:
            current = start.group(1)
            sections[current] = start.group(2)
        elif current and line:
            sections[current] += " " + line
        elif current:
            current = None
        else:
            text.append(line)
    return "\n".join(text).strip(), sections


def spaced(code):
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", " ", code, flags=re.S)).strip()


def read_function(item):
    flat = re.sub(r"^(WEFT_API|static inline) ", "", item.code)
    head, _, rest = flat.partition(item.name + "(")
    item.result = head.strip()
    depth, part, parts = 0, "", []
    for char in rest.rstrip(";")[:-1]:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += char
    for part in parts + [part]:
        pointer = re.match(r"[^()]*\(\*(\w+)\)", part.strip())
        name = pointer.group(1) if pointer else re.sub(r"\[.*\]", "", part.strip()).split(" ")[-1].lstrip("*")
        if part.strip() != "void":
            item.parameters.append(name)


def classify(code):
    flat = spaced(code)
    if flat.startswith("typedef enum"):
        return "enum", re.search(r"\} (\w+);$", flat).group(1)
    if re.match(r"typedef struct \w+ \{", flat):
        return "struct", re.search(r"\} (\w+);$", flat).group(1)
    if re.match(r"struct \w+ \{", flat):
        return "struct", re.match(r"struct (\w+)", flat).group(1)
    if flat.startswith("typedef") and "(*" in flat:
        return "function type", re.search(r"\(\*(\w+)\)", flat).group(1)
    if flat.startswith("typedef"):
        return "type", re.search(r"(\w+);$", flat).group(1)
    name = re.search(r"\b(weft_\w+)\(", flat)
    return ("function", name.group(1)) if name else (None, None)


def read_items(header):
    source = header.source
    comment, comment_end = "", 0
    is_first, names = True, set()
    for block in BLOCK.finditer(source):
        text, start = block.group(0), block.start() + len(block.group(0)) - len(block.group(0).lstrip())
        text = text.strip()
        is_near = source[comment_end:start].count("\n") <= 1
        if text.startswith("/*"):
            if is_first:
                header.text, header.sections = split_comment(text)
                is_first = False
            elif not text.startswith(("/* NOLINT", "/* cppcheck")):
                comment, comment_end = text, block.end()
            continue
        macro = re.match(r"#define (WEFT_\w+)(\([^)]*\))?", text)
        if text.startswith("#"):
            if macro and not macro.group(1).endswith(("_H", "_")) and macro.group(1) not in names | {"WEFT_ERROR_ENUM"}:
                names.add(macro.group(1))
                value = text[macro.end():].strip() if not macro.group(2) and "\n" not in text else ""
                code = macro.group(1) + (macro.group(2) or "") + (" " + re.sub(r"\s*/\*.*", "", value) if value else "")
                header.items.append(Item("macro", macro.group(1), code, comment if is_near or "#if" in source[comment_end:start] else ""))
                comment_end = block.end()
            continue
        if text.startswith(("extern", "}")) or not text.rstrip(";"):
            continue
        kind, name = classify(text)
        if not kind or "__start" in text or name in names and kind == "type":
            continue
        item = Item(kind, name, spaced(text), comment if is_near else "")
        if kind == "function":
            item.code = re.sub(r"\s*\{.*", ";", item.code, flags=re.S) if "{" in item.code else item.code
            read_function(item)
        else:
            item.source = text
        header.items.append(item)
        comment_end = block.end()


def read_headers():
    paths = sorted(glob.glob(os.path.join(ROOT, "include", "weft", "*.h")))
    return [Header(path) for path in paths + sorted(glob.glob(os.path.join(ROOT, "include", "weft", "sys", "*.h")))]
