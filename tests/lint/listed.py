# tests/lint/listed.py -- a source that no CMakeLists.txt names is compiled by nobody; this finds it.
# SPDX-License-Identifier: MIT
import re

import common

# Folder of sources, the file that lists them, and the folder its paths start from.
LISTS = [
    ("src", "CMakeLists.txt", ""),
    ("examples", "examples/CMakeLists.txt", "examples"),
    ("bench", "bench/CMakeLists.txt", "bench"),
    ("tests", "tests/CMakeLists.txt", "tests"),
]
OWN_LISTS = ["tests/consumer"]  # projects of their own


def check(root):
    problems = []
    for folder, listing, base in LISTS:
        text = common.read(root / listing) if (root / listing).is_file() else ""
        listed = set(re.findall(r"[\w./-]+\.cpp\b", re.sub(r"#[^\n]*", "", text)))
        for path in common.files(root, folder, suffixes={".cpp"}):
            name = path.relative_to(root).as_posix()
            if any(name.startswith(own + "/") for own in OWN_LISTS):
                continue
            if path.relative_to(root / base).as_posix() not in listed:
                problems.append(f"{name}: is not listed in {listing}")
    return problems


SAMPLES = [
    ("a listed source", {"CMakeLists.txt": "set(x src/desk/a.cpp)\n", "src/desk/a.cpp": ""}, None),
    ("an unlisted source", {"CMakeLists.txt": "set(x src/desk/a.cpp)\n", "src/desk/b.cpp": ""}, "is not listed"),
    ("listed in a comment only", {"CMakeLists.txt": "# src/desk/a.cpp\n", "src/desk/a.cpp": ""}, "is not listed"),
    ("an unlisted test", {"tests/CMakeLists.txt": "core/a_test.cpp\n", "tests/core/b_test.cpp": ""}, "is not listed"),
    ("a listed test", {"tests/CMakeLists.txt": "core/a_test.cpp\n", "tests/core/a_test.cpp": ""}, None),
]

if __name__ == "__main__":
    common.main(check, SAMPLES)
