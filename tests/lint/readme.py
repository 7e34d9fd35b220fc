# tests/lint/readme.py -- every C++ block of the README stands, word for word, in a file that is compiled and run.
# SPDX-License-Identifier: MIT
import re

import common

BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```\s*$", re.M | re.S)


def check(root):
    readme = root / "README.md"
    if not readme.is_file():
        return ["README.md: is missing"]
    compiled = [common.read(p) for p in common.files(root, "examples", "tests", suffixes={".cpp"})]
    text = common.read(readme)
    problems = []
    blocks = [m for m in BLOCK.finditer(text) if m.group(1) in ("cpp", "c++", "C++")]
    if not blocks:
        problems.append("README.md: shows no C++ program")
    for block in blocks:
        code = block.group(2).strip("\n")
        if not any(code in source for source in compiled):
            problems.append(f"README.md:{common.line_of(text, block.start())}: this block is in no file under "
                            "examples/ or tests/")
    return problems


SHOWN = "# x\n```cpp\nint main() {\n  return 0;\n}\n```\n"
SAMPLES = [
    ("a block that is compiled", {"README.md": SHOWN, "examples/a.cpp": "// a\nint main() {\n  return 0;\n}\n"}, None),
    ("a block that is not", {"README.md": SHOWN, "examples/a.cpp": "int main() { return 0; }\n"}, "in no file"),
    ("no block", {"README.md": "# x\n"}, "no C++ program"),
    ("no README", {"examples/a.cpp": ""}, "missing"),
    ("other languages are free", {"README.md": SHOWN + "```sh\n./dev test\n```\n",
                                  "tests/a.cpp": "int main() {\n  return 0;\n}\n"}, None),
]

if __name__ == "__main__":
    common.main(check, SAMPLES)
