# tests/consumer/build_and_run.cmake -- configures, builds and runs one of the consumers, each time from nothing.
# SPDX-License-Identifier: MIT
set(folder "${BUILD}/consumer/${NAME}")
file(REMOVE_RECURSE "${folder}")

execute_process(
  COMMAND ${CMAKE_COMMAND} -S "${CMAKE_CURRENT_LIST_DIR}/host" -B "${folder}" -G "${GENERATOR}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_PREFIX_PATH=${BUILD}/consumer/prefix-b" -DCONSUMER_WAY=${WAY}
    "-DOPTCOORD_SOURCE=${SOURCE}" ${ARGS}
  OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
if(FAILS_WITH)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  if(status EQUAL 0 OR NOT output MATCHES "${FAILS_WITH}")
    message(FATAL_ERROR "expected a failure that says '${FAILS_WITH}', got status ${status}:\n${output}")
  endif()
  return()
endif()
if(NOT status EQUAL 0)
  message(FATAL_ERROR "configuring failed:\n${output}")
endif()

execute_process(COMMAND ${CMAKE_COMMAND} --build "${folder}" --target host
  OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "building failed:\n${output}")
endif()

execute_process(COMMAND "${folder}/host" OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "running failed with ${status}:\n${output}")
endif()
message(STATUS "${output}")
