"""Print the functions a shared library exports, as C texts.

usage: exported.py LIBRARY
"""
import subprocess
import sys

lines = subprocess.run(["nm", "-D", "--defined-only", sys.argv[1]], check=True, stdout=subprocess.PIPE, text=True).stdout
for name in sorted(line.split()[-1].split("@")[0] for line in lines.splitlines() if line.split()[1] == "T"):
    print(f'"{name}",')
