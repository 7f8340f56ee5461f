#!/usr/bin/env python3
"""Run a program and compare what it prints with a file; WEFT_GOLDEN=rewrite writes the file instead.

usage: same_output.py PROGRAM FILE
"""
import os
import subprocess
import sys

have = subprocess.run([sys.argv[1]], check=True, stdout=subprocess.PIPE, text=True).stdout
if os.environ.get("WEFT_GOLDEN") == "rewrite":
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write(have)
    sys.exit(0)
with open(sys.argv[2], encoding="utf-8") as want:
    if want.read() == have:
        sys.exit(0)
print(have)
sys.exit(f"this is not what {sys.argv[2]} says")
