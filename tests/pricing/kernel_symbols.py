# tests/pricing/kernel_symbols.py -- levels of the kernels share no function that the linker could pick of any of them.
# SPDX-License-Identifier: MIT
#
# A weak definition in a level compiled for AVX-512 may be the one that every caller in the program gets, on processors
# without it too. Usage: kernel_symbols.py <nm> <library>
import re
import subprocess
import sys


def shared(listing):
    """Weak functions in the members that are levels, as `nm -A` lists them; weak data (V) holds no instructions."""
    found = []
    for line in listing.splitlines():
        match = re.search(r"(level_\w+)\.cpp\.o:\s*[0-9a-fA-F]+ (W) (\S+)", line)
        if match:
            found.append(f"{match.group(1)}: {match.group(3)}")
    return found


def main():
    sample = "l.a:level_x86_64_v4.cpp.o:0000000000000000 W _ZSt3minIdERKT_S2_S2_"
    if shared(sample) != ["level_x86_64_v4: _ZSt3minIdERKT_S2_S2_"] or shared("l.a:batch.cpp.o:00 W x") != []:
        print("this check does not find what it looks for")
        return 1
    nm, library = sys.argv[1:3]
    listing = subprocess.run([nm, "-A", library], check=True, capture_output=True, text=True).stdout
    if "level_x86_64_v4" not in listing:
        print(f"{library} has no level of the kernels")
        return 1
    found = shared(listing)
    for one in found:
        print(f"{one} is defined so that other levels may share it")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
