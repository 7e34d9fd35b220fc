# cmake/OptcoordInstall.cmake -- what is installed: headers, libraries, the CMake package, pkg-config.
# SPDX-License-Identifier: MIT
#
# Everything installed finds its neighbours relative to itself, so a prefix can be moved after the fact.
include(CMakePackageConfigHelpers)

set(OPTCOORD_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/optcoord")

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/optcoord"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT dev FILES_MATCHING PATTERN "*.hpp")
install(TARGETS optcoord ${OPTCOORD_LIBRARIES} EXPORT optcoordTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT dev
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT optcoordTargets NAMESPACE optcoord:: DESTINATION "${OPTCOORD_CMAKE_DIR}" COMPONENT dev)

set(OPTCOORD_COMPONENTS core)
set(OPTCOORD_PC_LIBS "")
foreach(library IN LISTS OPTCOORD_LIBRARIES)
  string(REPLACE "optcoord_" "" part "${library}")
  list(APPEND OPTCOORD_COMPONENTS ${part})
  string(PREPEND OPTCOORD_PC_LIBS " -l${library}")  # a static library stands before what it uses
endforeach()

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/optcoordConfig.cmake.in" "${PROJECT_BINARY_DIR}/optcoordConfig.cmake"
  INSTALL_DESTINATION "${OPTCOORD_CMAKE_DIR}" NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/optcoordConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/optcoordConfig.cmake" "${PROJECT_BINARY_DIR}/optcoordConfigVersion.cmake"
  DESTINATION "${OPTCOORD_CMAKE_DIR}" COMPONENT dev)

# ${pcfiledir} is where pkg-config found the file; from there up to the prefix, however deep the library folder is.
file(RELATIVE_PATH OPTCOORD_PC_UP "/x/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/x")
string(REGEX REPLACE "/$" "" OPTCOORD_PC_UP "${OPTCOORD_PC_UP}")
configure_file("${PROJECT_SOURCE_DIR}/cmake/optcoord.pc.in" "${PROJECT_BINARY_DIR}/optcoord.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/optcoord.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT dev)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/optcoord" COMPONENT dev)
