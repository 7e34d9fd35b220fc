# cmake/OptcoordTargets.cmake -- the few functions every target of this project is made with.
# SPDX-License-Identifier: MIT
#
# Nothing here touches a global flag: what holds for us holds per target, and nothing of it reaches a consumer.

# Warnings and what goes with them, for our own targets in our own build. Never exported, never inherited.
add_library(optcoord_dev_flags INTERFACE)
target_compile_options(optcoord_dev_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  # g++ 12 sees an overlap that is not there in "text" + std::string at -O3 (gcc.gnu.org/PR105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${OPTCOORD_WARNINGS_AS_ERRORS}>:-Werror>)

# Stops with the full list when a file is named in a CMakeLists.txt and not in the tree.
function(optcoord_require_files)
  set(missing)
  foreach(file IN LISTS ARGN)
    get_filename_component(path "${file}" ABSOLUTE)
    if(NOT EXISTS "${path}")
      list(APPEND missing "${path}")
    endif()
  endforeach()
  if(missing)
    list(JOIN missing "\n  " text)
    message(FATAL_ERROR "optcoord: listed in ${CMAKE_CURRENT_LIST_FILE} but not in the tree:\n  ${text}")
  endif()
endfunction()

# What every compiled target of ours has. `-ffp-contract=off` keeps a*b+c two roundings on every machine: the bytes out
# must not depend on whether the compiler may fuse them.
function(optcoord_own_target target)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-ffp-contract=off>)
  if(OPTCOORD_IS_TOP_LEVEL)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:optcoord_dev_flags>)
  endif()
endfunction()

# optcoord_add_library(desk SOURCES ... PUBLIC targets ... PRIVATE targets ...)
# A compiled part: target optcoord_desk, alias and exported name optcoord::desk. What is PRIVATE is an implementation
# detail that must be header-only: consumers of the installed package neither see nor need it.
# Appends the target to OPTCOORD_LIBRARIES, which is what gets installed.
function(optcoord_add_library part)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  optcoord_require_files(${arg_SOURCES})
  add_library(optcoord_${part} STATIC ${arg_SOURCES})
  add_library(optcoord::${part} ALIAS optcoord_${part})
  set_target_properties(optcoord_${part} PROPERTIES EXPORT_NAME ${part} POSITION_INDEPENDENT_CODE ON)
  target_include_directories(optcoord_${part} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(optcoord_${part} PUBLIC optcoord ${arg_PUBLIC})
  foreach(library IN LISTS arg_PRIVATE)
    target_link_libraries(optcoord_${part} PRIVATE $<BUILD_INTERFACE:${library}>)
  endforeach()
  optcoord_own_target(optcoord_${part})
  set(OPTCOORD_LIBRARIES ${OPTCOORD_LIBRARIES} optcoord_${part} PARENT_SCOPE)
endfunction()

# One source of kernels, compiled for each instruction set: at -O3 in every build, for the bits are the same and tests
# are many; never fast-math. Traps and errno are given up, which changes no bit and lets a choice between two results be
# made without a jump.
function(optcoord_kernel_levels folder)
  set(common -O3 -fno-math-errno -fno-trapping-math)
  set(portable)
  set(x86_64)
  set(x86_64_v3)
  set(x86_64_v4)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    set(portable -march=x86-64)
    set(x86_64 -march=x86-64)
    set(x86_64_v3 -march=x86-64-v3)
    # The same lines as of the other levels, where the sanitizer of undefined behaviour watches them; over eight lanes
    # clang 14 takes minutes to put it in.
    set(x86_64_v4 -march=x86-64-v4 -mprefer-vector-width=512 -fno-sanitize=undefined)
  endif()
  foreach(level IN ITEMS portable x86_64 x86_64_v3 x86_64_v4)
    set_source_files_properties("${folder}/level_${level}.cpp" PROPERTIES
      COMPILE_OPTIONS "${common};${${level}}" SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
endfunction()

# optcoord_add_program(optcoord-replay SOURCES replay.cpp LIBS optcoord::protocol ...)
# A program, put into <build>/bin; NO_INSTALL for the ones that only show an idea.
function(optcoord_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_INSTALL" "" "SOURCES;LIBS")
  optcoord_require_files(${arg_SOURCES})
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  target_link_libraries(${name} PRIVATE ${arg_LIBS})
  target_compile_definitions(${name} PRIVATE OPTCOORD_VERSION="${PROJECT_VERSION}")
  optcoord_own_target(${name})
  if(arg_NO_INSTALL)
    target_compile_options(${name} PRIVATE ${OPTCOORD_TEST_FLAGS})
  elseif(OPTCOORD_INSTALL)
    install(TARGETS ${name} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT tools)
  endif()
endfunction()
