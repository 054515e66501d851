# Finds MLIR, sets the compile flags, and defines the functions that every
# CMakeLists.txt of the project uses.

# Debian packages major.minor as the compatibility version, so a bare "22"
# would be rejected.
find_package(MLIR 22.1 REQUIRED CONFIG
  HINTS /usr/lib/llvm-22/lib/cmake/mlir)
message(STATUS "Using MLIRConfig.cmake in: ${MLIR_DIR}")

find_package(Python3 REQUIRED COMPONENTS Interpreter)

list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
include(TableGen)
include(AddLLVM)
include(AddMLIR)

separate_arguments(RMSNORM_LLVM_DEFINITIONS NATIVE_COMMAND ${LLVM_DEFINITIONS})
add_definitions(${RMSNORM_LLVM_DEFINITIONS})
include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})

add_compile_options(-Wall -Wextra -Wno-unused-parameter -Wcast-qual
  -Wnon-virtual-dtor -Wdelete-non-virtual-dtor)
if(NOT LLVM_ENABLE_RTTI)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
endif()
if(NOT LLVM_ENABLE_EH)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
endif()

# rmsnorm_tablegen(<public-tablegen-target> <file.td> <generator>=<output> ...)
# One .td file, several generated files, one target to depend on. Options
# after a '|' in the generator go to mlir-tblgen: -gen-pass-decls|-name=Norm.
function(rmsnorm_tablegen target td)
  set(LLVM_TARGET_DEFINITIONS ${td})
  foreach(rule ${ARGN})
    string(REGEX MATCH "^([^=]+(=[A-Za-z]+)?)=>(.+)$" _ "${rule}")
    string(REPLACE "|" ";" options "${CMAKE_MATCH_1}")
    mlir_tablegen(${CMAKE_MATCH_3} ${options})
  endforeach()
  add_public_tablegen_target(${target})
  set_property(GLOBAL APPEND PROPERTY RMSNORM_TABLEGEN_TARGETS ${target})
endfunction()

# rmsnorm_add_library(<name> <sources>...)
# An object library that becomes part of libRMSNorm.so. All of the project
# lives in that one shared library: type identities (TypeID) of our ops must
# exist once in a process that loads both the plugin and the C API.
function(rmsnorm_add_library name)
  add_library(obj.${name} OBJECT ${ARGN})
  get_property(tablegen GLOBAL PROPERTY RMSNORM_TABLEGEN_TARGETS)
  if(tablegen)
    add_dependencies(obj.${name} ${tablegen})
  endif()
  set_property(GLOBAL APPEND PROPERTY RMSNORM_OBJECTS obj.${name})
endfunction()

# rmsnorm_add_tool(<name> <sources>... [LIBS libraries...])
function(rmsnorm_add_tool name)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  get_property(tablegen GLOBAL PROPERTY RMSNORM_TABLEGEN_TARGETS)
  add_dependencies(${name} ${tablegen})
  target_link_libraries(${name} PRIVATE RMSNorm ${ARG_LIBS} MLIR LLVM)
  set_property(GLOBAL APPEND PROPERTY RMSNORM_TEST_DEPENDS ${name})
  install(TARGETS ${name} EXPORT RMSNormTargets
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
endfunction()
