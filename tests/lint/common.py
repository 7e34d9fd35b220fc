# tests/lint/common.py -- what every lint script shares: walking the tree, reading files, the self-test.
# SPDX-License-Identifier: MIT
#
# A lint is a function check(root) -> list of problems, one line each. `script.py ROOT` runs it on the tree;
# `script.py --self-test` runs it on small made-up trees, bad ones that must be found and good ones that must pass,
# so that a lint cannot fall silent unnoticed.
import re
import sys
import tempfile
from pathlib import Path

SKIPPED = {"build", ".git", ".cache", "__pycache__"}


def files(root, *folders, suffixes):
    """All files below the folders (or the root), in a fixed order."""
    found = []
    for folder in folders or ("",):
        base = Path(root) / folder
        if base.is_dir():
            found += [p for p in base.rglob("*") if p.is_file() and p.suffix in suffixes]
    root = Path(root)
    return sorted(p for p in found if not SKIPPED & set(p.relative_to(root).parts))


def read(path):
    return path.read_bytes().decode("utf-8", errors="replace")


def without_comments(text):
    """C++ text with comments and string contents blanked, line numbers kept."""
    token = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z])\'(?:\\.|[^\'\\\n])+\'', re.S)

    def blank(match):
        s = match.group(0)
        if s[0] in "\"'":
            return s[0] + s[0]
        return "\n" * s.count("\n")

    kept = []
    for line in text.split("\n"):  # an include's quotes are its meaning, not a string
        kept.append(re.sub(r'^(\s*#\s*include\s*)"([^"]+)"', r"\1<./\2>", line))
    return token.sub(blank, "\n".join(kept))


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def self_test(check, samples):
    """samples: (what it shows, {path: text}, expected fragment of a problem, or None where all is well)."""
    failures = []
    for name, tree, expected in samples:
        with tempfile.TemporaryDirectory() as folder:
            for path, text in tree.items():
                target = Path(folder) / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text if isinstance(text, bytes) else text.encode())
            problems = check(Path(folder))
        if expected is None and problems:
            failures.append(f"{name}: should pass, but: {problems}")
        if expected is not None and not any(expected in p for p in problems):
            failures.append(f"{name}: should be found as '{expected}', but: {problems}")
    return failures


def main(check, samples):
    if sys.argv[1:] == ["--self-test"]:
        problems = self_test(check, samples)
        done = f"{len(samples)} samples behave"
    elif len(sys.argv) == 2 and Path(sys.argv[1]).is_dir():
        problems = check(Path(sys.argv[1]))
        done = "clean"
    else:
        sys.exit(f"usage: {sys.argv[0]} ROOT | --self-test")
    for problem in problems:
        print(problem)
    print(done if not problems else f"{len(problems)} problem(s)")
    sys.exit(1 if problems else 0)
