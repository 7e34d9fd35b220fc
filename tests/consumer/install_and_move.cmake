# tests/consumer/install_and_move.cmake -- installs the build into one prefix and renames it to another.
# SPDX-License-Identifier: MIT
set(first "${BUILD}/consumer/prefix-a")
set(second "${BUILD}/consumer/prefix-b")
file(REMOVE_RECURSE "${first}" "${second}")
execute_process(COMMAND ${CMAKE_COMMAND} --install "${BUILD}" --config "${CONFIG}" --prefix "${first}"
  OUTPUT_QUIET RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "installing failed")
endif()
file(RENAME "${first}" "${second}")

# Nothing installed may know where it was built or first installed.
file(GLOB_RECURSE texts "${second}/*.cmake" "${second}/*.pc" "${second}/*.hpp")
foreach(text IN LISTS texts)
  file(STRINGS "${text}" baked REGEX "prefix-a|${BUILD}")
  if(baked)
    message(FATAL_ERROR "${text} has a path of this machine in it: ${baked}")
  endif()
endforeach()
