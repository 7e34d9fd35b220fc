# tests/lint/nodiscard.py -- no public function may return a Result that can be dropped without a word.
# SPDX-License-Identifier: MIT
#
# tl::expected 1.0 is not itself [[nodiscard]], so each declaration must say it.
import re

import common

RESULT = re.compile(r"\b(?:optcoord::)?Result\s*<")


def closing(text, at, left, right):
    """Position after the bracket that closes the one at `at`."""
    depth = 0
    for i in range(at, len(text)):
        depth += {left: 1, right: -1}.get(text[i], 0)
        if depth == 0:
            return i + 1
    return len(text)


def head_before(text, at):
    """What stands before `at` in the same declaration."""
    start = max(text.rfind(mark, 0, at) for mark in ";{}#")
    head = text[start + 1:at]
    return re.sub(r"\b(?:public|private|protected)\s*:(?!:)", "", head)


def is_lambda(head):
    """`head` ends before a trailing return type: does the parameter list belong to a lambda?"""
    before = re.sub(r"\b(?:const|noexcept|mutable|constexpr)\b|->", "", head).rstrip()
    if not before.endswith(")"):
        return before.endswith("]")
    depth = 0
    for i in range(len(before) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(before[i], 0)
        if depth == 0:
            return before[:i].rstrip().endswith(("]", ">]"))
    return False


def check(root):
    problems = []
    for path in common.files(root, "include", suffixes={".hpp"}):
        text = common.without_comments(common.read(path))
        for match in RESULT.finditer(text):
            end = closing(text, match.end() - 1, "<", ">")
            head = head_before(text, match.start())
            if head.rstrip().endswith("->"):
                declares = not is_lambda(head)
            else:
                name = re.match(r"\s*[&*]?\s*((?:\w|::)+|operator\s*\(\s*\))\s*\(", text[end:])
                # A qualified name defines out of class what was declared, and marked, in it.
                declares = bool(name) and "::" not in name.group(1) and not re.search(r"[=(,]|\breturn\b", tail(head))
            if declares and "[[nodiscard]]" not in head:
                where = f"{path.relative_to(root).as_posix()}:{common.line_of(text, match.start())}"
                problems.append(f"{where}: returns a Result and is not [[nodiscard]]")
    return problems


def tail(head):
    """The declaration's own words, without a template head, requires clause or attributes."""
    return re.sub(r"template\s*<.*>|requires[^\n]*|\[\[.*?\]\]|noexcept\s*\([^)]*\)", "", head, flags=re.S)


def header(text):
    return {"include/optcoord/core/a.hpp": text + "\n"}


SAMPLES = [
    ("marked", header("[[nodiscard]] Result<int> f(int x);"), None),
    ("marked on the line before", header("[[nodiscard]]\nconstexpr Result<int> f(int x) { return x; }"), None),
    ("bare", header("Result<int> f(int x);"), "not [[nodiscard]]"),
    ("bare after another", header("[[nodiscard]] Result<int> f();\nResult<int> g();"), ":2:"),
    ("bare inline", header("inline Result<std::vector<int>> f() { return {}; }"), "not [[nodiscard]]"),
    ("bare member", header("struct X {\n public:\n  static Result<X> make(int x);\n};"), "not [[nodiscard]]"),
    ("bare template", header("template <class T>\nResult<T> f(T x);"), "not [[nodiscard]]"),
    ("bare trailing", header("auto f(int x) -> Result<int>;"), "not [[nodiscard]]"),
    ("marked trailing", header("[[nodiscard]] auto f(int x) -> Result<int>;"), None),
    ("a lambda", header("inline int g() { auto h = [&](int x) -> Result<int> { return x; }; return *h(1); }"), None),
    ("a value", header("inline int g() { const Result<int> r = f(1); return *r; }"), None),
    ("a parameter", header("inline int g(const Result<int>& r, Result<int> (*f)());"), None),
    ("a definition out of class", header("inline Result<X> X::make(int x) { return X{x}; }"), None),
    ("in a comment", header("// Result<int> f(int x);"), None),
]

if __name__ == "__main__":
    common.main(check, SAMPLES)
