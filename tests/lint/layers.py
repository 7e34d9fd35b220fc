# tests/lint/layers.py -- holds the floors of the house: who may include whom, and what the pure rooms may not touch.
# SPDX-License-Identifier: MIT
import re

import common

# From the ground up. A file includes its own floor and floors below.
FLOORS = [
    ["core"],
    ["market"],
    ["pricing"],
    ["ledger", "coordination", "sizing", "ipmcc", "exercise"],
    ["desk"],
    ["config", "protocol", "calendar", "journal", "store", "metrics", "shared"],
    ["examples"],
]
# Floors whose rooms do not know each other.
STRANGERS = {3}

LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
PURE = {room for rooms in FLOORS[:5] for room in rooms}  # also what is compiled of them

# Libraries, and the only places that may include them. A place is a folder or one file.
THIRD_PARTY = {
    "fmt/": ["include/optcoord/core/explain.hpp", "src/", "examples/"],
    "Eigen/": ["include/optcoord/coordination/correlation.hpp"],
    "nlohmann/": ["src/config/", "src/protocol/", "src/json/", "examples/"],
    "CLI/": ["examples/"],
    "zlib.h": ["examples/"],
}
# A pure room has no clock, no input or output, no threads, no locale, no environment.
FORBIDDEN_HEADERS = {
    "iostream", "istream", "ostream", "fstream", "sstream", "iomanip", "cstdio", "stdio.h", "filesystem", "syncstream",
    "mutex", "shared_mutex", "thread", "future", "condition_variable", "semaphore", "latch", "barrier", "stop_token",
    "ctime", "time.h", "locale", "clocale", "random", "unistd.h",
}
FORBIDDEN_WORDS = {
    "a clock": r"\b(?:system|steady|high_resolution|utc|file)_clock\b|\bclock_gettime\b|\bgettimeofday\b",
    "the environment": r"\bgetenv\b",
    "input or output": r"\bstd::(?:cout|cerr|clog|cin)\b|\b(?:f|v|vf)?printf\s*\(|\bf?puts\s*\(|\bfopen\s*\(",
    "the locale": r"\bsetlocale\b|\bstd::locale\b",
    "threads": r"\bthread_local\b|\bstd::(?:jthread|thread|mutex)\b",
}
INCLUDE = re.compile(r"^\s*#\s*include\s*<([^>]+)>", re.M)


def room_of(path):
    """The room a file belongs to, by its path from the root; None for what stands outside the floors."""
    parts = path.split("/")
    if parts[0] == "examples":
        return "examples"
    if parts[:2] == ["include", "optcoord"] and len(parts) > 3:
        return parts[2]
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    return None


def check(root):
    problems = []
    for file in common.files(root, "include", "src", "examples", suffixes={".hpp", ".cpp"}):
        path = file.relative_to(root).as_posix()
        text = common.without_comments(common.read(file))
        room = room_of(path)
        if room is None:
            if not path.startswith("include/optcoord/"):
                problems.append(f"{path}: stands in no room")
                continue
        elif room not in LEVEL:
            problems.append(f"{path}: '{room}' is not a room of the house")
            continue
        pure = room in PURE or path.startswith("include/")
        for match in INCLUDE.finditer(text):
            where = f"{path}:{common.line_of(text, match.start(1))}"
            header = match.group(1)
            problems += [f"{where}: {p}" for p in judge(path, room, header, pure)]
        if pure:
            for what, pattern in FORBIDDEN_WORDS.items():
                for match in re.finditer(pattern, text):
                    where = f"{path}:{common.line_of(text, match.start())}"
                    problems.append(f"{where}: a pure room touches {what}: {match.group(0)}")
    return problems


def judge(path, room, header, pure):
    """What is wrong with one include of one file."""
    if header.startswith("./"):  # written with quotes: beside the file, never out of its room
        if path.startswith("include/"):
            return [f'"{header[2:]}" in a public header; write <optcoord/...>']
        if ".." in header:
            return [f'"{header[2:]}" climbs out of its room']
        return []
    if pure and header in FORBIDDEN_HEADERS:
        return [f"a pure room includes <{header}>"]
    for library, places in THIRD_PARTY.items():
        if header.startswith(library) and not any(path.startswith(place) for place in places):
            return [f"<{header}> is allowed in {', '.join(places)} only"]
    if not header.startswith("optcoord/"):
        return []
    target = header.split("/")[1]
    if room is None or target == room:
        return []
    if target not in LEVEL:
        return [f"<{header}>: '{target}' is not a room of the house"]
    if LEVEL[target] > LEVEL[room]:
        return [f"{room} includes <{header}> from a floor above"]
    if LEVEL[target] == LEVEL[room] and LEVEL[room] in STRANGERS:
        return [f"{room} includes <{header}>: rooms of this floor do not know each other"]
    return []


def one(path, line):
    return {path: line + "\n"}


SAMPLES = [
    ("a room may include below", one("include/optcoord/ledger/a.hpp", "#include <optcoord/core/time.hpp>"), None),
    ("the desk may include a component", one("src/desk/a.cpp", "#include <optcoord/ledger/a.hpp>"), None),
    ("an include upwards", one("include/optcoord/core/a.hpp", "#include <optcoord/market/b.hpp>"), "floor above"),
    ("an include of a stranger", one("include/optcoord/ledger/a.hpp", "#include <optcoord/sizing/b.hpp>"), "know each"),
    ("a source that includes upwards", one("src/desk/a.cpp", "#  include <optcoord/config/b.hpp>"), "floor above"),
    ("an unknown room", one("include/optcoord/attic/a.hpp", ""), "not a room"),
    ("an include of an unknown room", one("src/desk/a.cpp", "#include <optcoord/attic/b.hpp>"), "not a room"),
    ("a source outside the rooms", one("src/a.cpp", ""), "no room"),
    ("quotes in a public header", one("include/optcoord/core/a.hpp", '#include "b.hpp"'), "public header"),
    ("quotes that climb", one("src/desk/a.cpp", '#include "../config/b.hpp"'), "climbs"),
    ("quotes beside a source", one("src/desk/a.cpp", '#include "b.hpp"'), None),
    ("fmt in its place", one("include/optcoord/core/explain.hpp", "#include <fmt/format.h>"), None),
    ("fmt elsewhere", one("include/optcoord/core/a.hpp", "#include <fmt/core.h>"), "allowed in"),
    ("Eigen in its place", one("include/optcoord/coordination/correlation.hpp", "#include <Eigen/Core>"), None),
    ("Eigen elsewhere", one("include/optcoord/coordination/a.hpp", "#include <Eigen/Core>"), "allowed in"),
    ("JSON in a public header", one("include/optcoord/config/a.hpp", "#include <nlohmann/json.hpp>"), "allowed in"),
    ("streams in a pure room", one("include/optcoord/core/a.hpp", "#include <iostream>"), "pure room includes"),
    ("a mutex in a pure source", one("src/desk/a.cpp", "#include <mutex>"), "pure room includes"),
    ("a file read by a program", one("examples/a.cpp", "#include <fstream>"), None),
    ("a clock", one("include/optcoord/core/a.hpp", "auto t = std::chrono::steady_clock::now();"), "a clock"),
    ("a clock in a comment", one("include/optcoord/core/a.hpp", "// no steady_clock here, no getenv"), None),
    ("the environment", one("include/optcoord/core/a.hpp", 'auto e = std::getenv("HOME");'), "the environment"),
    ("printing", one("src/desk/a.cpp", 'std::printf("x");'), "input or output"),
    ("thread_local", one("include/optcoord/core/a.hpp", "thread_local int x;"), "threads"),
]

if __name__ == "__main__":
    common.main(check, SAMPLES)
