# cmake/clang.cmake -- picks clang for the presets that want it: clang++-14 where it has that name.
# SPDX-License-Identifier: MIT
find_program(OPTCOORD_CLANG NAMES clang++-14 clang++ REQUIRED)
set(CMAKE_CXX_COMPILER "${OPTCOORD_CLANG}")
