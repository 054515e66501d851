# What `cmake --install` adds to the libraries and tools: headers, tablegen
# files, and the package that find_package(RMSNorm) reads.

include(CMakePackageConfigHelpers)

set(RMSNORM_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/RMSNorm)
set(RMSNORM_MLIR_VERSION ${LLVM_VERSION_MAJOR}.${LLVM_VERSION_MINOR})

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT headers
  FILES_MATCHING PATTERN "*.h" PATTERN "*.td")
install(DIRECTORY ${PROJECT_BINARY_DIR}/include/
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT headers
  FILES_MATCHING PATTERN "*.inc" PATTERN "CMakeFiles" EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT headers)

install(EXPORT RMSNormTargets NAMESPACE RMSNorm::
  DESTINATION ${RMSNORM_PACKAGE_DIR})
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/RMSNormConfig.cmake.in
  ${PROJECT_BINARY_DIR}/RMSNormConfig.cmake
  INSTALL_DESTINATION ${RMSNORM_PACKAGE_DIR}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/RMSNormConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/RMSNormConfig.cmake
  ${PROJECT_BINARY_DIR}/RMSNormConfigVersion.cmake
  DESTINATION ${RMSNORM_PACKAGE_DIR})
