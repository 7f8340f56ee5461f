"""The ```console blocks of pages, run: each line "$ command" with what stands below it as its output. All blocks of a page run
one after the other in one shell and one empty folder, with clock and ids fixed. WEFT_GOLDEN=rewrite writes the outputs anew.

usage: console.py WEFT PAGE...
"""
import os
import re
import subprocess
import sys
import tempfile

MARK = "-- end of a command --"


def commands(block):
    parts = re.split(r"^\$ ", block, flags=re.M)
    return [part.split("\n", 1) for part in parts[1:]]


def run(weft, lines):
    """What each command prints, stdout and stderr in the order written."""
    with tempfile.TemporaryDirectory() as folder:
        bin_folder = os.path.join(folder, ".bin")
        os.mkdir(bin_folder)
        os.symlink(os.path.abspath(weft), os.path.join(bin_folder, "weft"))
        script = "exec 2>&1\nn=0\nweft() { n=$((n + 1)); WEFT_DETERMINISTIC=$n command weft \"$@\"; }\n" + "".join(
            f"{line}\nprintf '%s\\n' '{MARK}'\n" for line in lines)
        environment = dict(os.environ, PATH=bin_folder + ":" + os.environ["PATH"], NO_COLOR="1", LC_ALL="C.UTF-8")
        environment.pop("DATABASE_URL", None)
        done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True, timeout=100, check=False)
        return done.stdout.split(MARK + "\n")


def page_outputs(weft, path, text):
    blocks = re.findall(r"```console\n(.*?)```", text, flags=re.S)
    asked = [command for block in blocks for command in commands(block)]
    outputs = run(weft, [line for line, _ in asked])
    failures = []
    for (line, wanted), got in zip(asked, outputs):
        if wanted != got:
            failures.append(f"{path}: $ {line}\n  wanted: {wanted!r}\n  got:    {got!r}")
    if len(outputs) < len(asked) + 1:
        failures.append(f"{path}: the shell ended early")
    rewritten = iter([f"$ {line}\n{got}" for (line, _), got in zip(asked, outputs)])
    page = re.sub(r"```console\n(.*?)```", lambda block: "```console\n" + "".join(
        next(rewritten) for _ in commands(block.group(1))) + "```", text, flags=re.S)
    return len(asked), failures, page


def main():
    print(f"1..{len(sys.argv) - 2}")
    status = 0
    for number, path in enumerate(sys.argv[2:], 1):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        count, failures, page = page_outputs(sys.argv[1], os.path.basename(path), text)
        if os.environ.get("WEFT_GOLDEN") == "rewrite" and failures:
            with open(path, "w", encoding="utf-8") as file:
                file.write(page)
        if not count:
            failures.append(f"{path} has no command")
        status |= bool(failures)
        print(f"{'not ok' if failures else 'ok'} {number} - {os.path.basename(path)}, {count} commands")
        for failure in failures:
            print("# " + failure.replace("\n", "\n# "))
    return status


if __name__ == "__main__":
    sys.exit(main())
