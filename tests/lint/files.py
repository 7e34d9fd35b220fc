# tests/lint/files.py -- how every file begins and what it is made of: path, purpose, licence, plain ASCII, short lines.
# SPDX-License-Identifier: MIT
import re

import common

SUFFIXES = {".hpp", ".cpp", ".cmake", ".py", ".sh", ".txt", ".in"}
SCRIPTS = ["dev", ".ci/run"]
LICENCE = "SPDX-License-Identifier: MIT"
LONGEST = 120


def check(root):
    found = [p for p in common.files(root, suffixes=SUFFIXES) if p.suffix != ".txt" or p.name == "CMakeLists.txt"]
    found += [root / s for s in SCRIPTS if (root / s).is_file()]
    return [problem for path in found for problem in check_file(root, path)]


def check_file(root, path):
    name = path.relative_to(root).as_posix()
    data = path.read_bytes()
    problems = []
    if not data.endswith(b"\n") or data.endswith(b"\n\n"):
        problems.append(f"{name}: does not end with one newline")
    lines = data.decode("utf-8", errors="replace").split("\n")
    for number, line in enumerate(lines, 1):
        if not line.isascii():
            problems.append(f"{name}:{number}: not ASCII")
        if "\t" in line:
            problems.append(f"{name}:{number}: a tab")
        if line != line.rstrip():
            problems.append(f"{name}:{number}: blanks at the end of the line")
        if len(line) > LONGEST:
            problems.append(f"{name}:{number}: {len(line)} columns, {LONGEST} are allowed")
    return problems + check_head(name, lines)


def check_head(name, lines):
    """First line: comment, path, ` -- `, what it is for. Second: the licence."""
    if lines and lines[0].startswith("#!"):
        lines = lines[1:]
    mark = "//" if name.endswith((".hpp", ".cpp")) else "#"
    # A public header is known by the path it is included by; a file made from a template by its own name.
    shown = name[len("include/"):] if name.startswith("include/") else name
    names = [shown, name.split("/")[-1][:-len(".in")]] if name.endswith(".in") else [shown]
    if name.endswith(".pc.in"):
        return []
    problems = []
    if not any(re.match(rf"{mark} {re.escape(n)} -- \S", lines[0] if lines else "") for n in names):
        problems.append(f"{name}:1: begins with '{mark} {shown} -- what it is for'")
    if len(lines) < 2 or lines[1] != f"{mark} {LICENCE}":
        problems.append(f"{name}:2: is '{mark} {LICENCE}'")
    return problems


HEAD = "// src/desk/a.cpp -- an example.\n// SPDX-License-Identifier: MIT\n"
SAMPLES = [
    ("a good source", {"src/desk/a.cpp": HEAD + "int x;\n"}, None),
    ("a good header", {"include/optcoord/core/a.hpp": HEAD.replace("src/desk/a.cpp", "optcoord/core/a.hpp")}, None),
    ("a good script", {"dev": "#!/bin/sh\n# dev -- an example.\n# SPDX-License-Identifier: MIT\n"}, None),
    ("no head", {"src/desk/a.cpp": "int x;\n"}, "begins with"),
    ("the path of another file", {"src/desk/b.cpp": HEAD}, "begins with"),
    ("no purpose", {"src/desk/a.cpp": HEAD.replace(" -- an example.", "")}, "begins with"),
    ("no licence", {"src/desk/a.cpp": HEAD.split("\n")[0] + "\nint x;\n"}, "SPDX"),
    ("no licence in CMake", {"tests/CMakeLists.txt": "# tests/CMakeLists.txt -- an example.\n"}, "SPDX"),
    ("not ASCII", {"src/desk/a.cpp": HEAD + "// caf\u00e9\n"}, "not ASCII"),
    ("a tab", {"src/desk/a.cpp": HEAD + "\tint x;\n"}, "a tab"),
    ("trailing blanks", {"src/desk/a.cpp": HEAD + "int x; \n"}, "blanks"),
    ("carriage returns", {"src/desk/a.cpp": HEAD + "int x;\r\n"}, "blanks"),
    ("a line of 121", {"src/desk/a.cpp": HEAD + "//" + "x" * 119 + "\n"}, "121 columns"),
    ("a line of 120", {"src/desk/a.cpp": HEAD + "//" + "x" * 118 + "\n"}, None),
    ("no newline at the end", {"src/desk/a.cpp": HEAD + "int x;"}, "one newline"),
    ("blank lines at the end", {"src/desk/a.cpp": HEAD + "int x;\n\n"}, "one newline"),
    ("an empty file", {"src/desk/a.cpp": ""}, "begins with"),
    ("a file of the build", {"build/dev/a.cpp": "int x;"}, None),
]

if __name__ == "__main__":
    common.main(check, SAMPLES)
