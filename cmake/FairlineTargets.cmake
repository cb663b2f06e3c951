# The four kinds of target in this tree. Includes are written from the repository root
# ("libs/core/status.hpp"); sources are listed, never globbed.

set(FAIRLINE_SANITIZE "" CACHE STRING "Sanitizers for our own code, e.g. address,undefined")

add_library(fairline_options INTERFACE)
target_include_directories(fairline_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(fairline_options INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Werror
  -fno-omit-frame-pointer)
if(FAIRLINE_SANITIZE)
  target_compile_options(fairline_options INTERFACE -fsanitize=${FAIRLINE_SANITIZE})
  target_link_options(fairline_options INTERFACE -fsanitize=${FAIRLINE_SANITIZE})
endif()

# fairline_library(NAME core SOURCES a.cpp DEPS absl::status): static library fairline_core,
# linked as fairline::core. Without SOURCES it is header-only.
function(fairline_library)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  set(target fairline_${ARG_NAME})
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    target_link_libraries(${target} PUBLIC fairline_options ${ARG_DEPS})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE fairline_options ${ARG_DEPS})
  endif()
  add_library(fairline::${ARG_NAME} ALIAS ${target})
endfunction()

# fairline_proto_library(NAME proto_x ROOTS dir... PROTOS fairline/x/v1/y.proto... [DEPS
# fairline::proto_api...]): C++ and gRPC code of the files of one package, as fairline::NAME. DEPS:
# the libraries of the packages they import, so that a change reaches only those who use it. The
# global property FAIRLINE_SERVICE_PROTOS lists the files, of all libraries, that define services.
function(fairline_proto_library)
  cmake_parse_arguments(ARG "" "NAME" "ROOTS;PROTOS;DEPS" ${ARGN})
  set(target fairline_${ARG_NAME})
  set(gen ${CMAKE_CURRENT_BINARY_DIR}/gen)
  file(MAKE_DIRECTORY ${gen})
  set(import_flags "")
  foreach(root ${ARG_ROOTS})
    list(APPEND import_flags -I ${root})
  endforeach()
  set(outputs "")
  foreach(proto ${ARG_PROTOS})
    foreach(root ${ARG_ROOTS})
      if(EXISTS ${root}/${proto})
        set(source ${root}/${proto})
        break()
      endif()
    endforeach()
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    file(STRINGS ${source} services REGEX "^service ")
    set(files ${gen}/${stem}.pb.cc ${gen}/${stem}.pb.h)
    set(plugin_flags "")
    if(services)
      set_property(GLOBAL APPEND PROPERTY FAIRLINE_SERVICE_PROTOS ${proto})
      list(APPEND files ${gen}/${stem}.grpc.pb.cc ${gen}/${stem}.grpc.pb.h)
      set(plugin_flags --grpc_out=${gen} --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN})
    endif()
    add_custom_command(OUTPUT ${files}
      COMMAND protobuf::protoc ${import_flags} --cpp_out=${gen} ${plugin_flags} ${proto}
      DEPENDS ${source} VERBATIM)
    list(APPEND outputs ${files})
  endforeach()
  add_library(${target} STATIC ${outputs})
  target_include_directories(${target} SYSTEM PUBLIC ${gen})
  target_link_libraries(${target} PUBLIC protobuf::libprotobuf gRPC::grpc++ ${ARG_DEPS})
  # Generated code is glue: -O1 compiles in half the time and nothing measurable is lost.
  target_compile_options(${target} PRIVATE -w $<$<CONFIG:Release>:-O1>)
  add_library(fairline::${ARG_NAME} ALIAS ${target})
endfunction()

# fairline_service(NAME ingest SOURCES app/x.cpp ... DEPS fairline::rpc): the library
# fairline_<name>_service (so tests can link it) and the program fairline-<name> from main.cpp.
function(fairline_service)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  set(lib fairline_${ARG_NAME}_service)
  add_library(${lib} STATIC ${ARG_SOURCES})
  target_link_libraries(${lib} PUBLIC fairline_options ${ARG_DEPS})
  string(REPLACE "_" "-" program fairline-${ARG_NAME})
  add_executable(${program} main.cpp)
  target_link_libraries(${program} PRIVATE ${lib})
endfunction()

# fairline_test(NAME domain_test SOURCES a_test.cpp DEPS fairline::domain [LABELS unit] [TIMEOUT s]):
# a Catch2 program, one CTest entry. LABELS: unit, rpc, db, integration, e2e.
function(fairline_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE fairline_options fairline_catch_main ${ARG_DEPS})
  # A third less to compile; what is tested is optimised as ever.
  target_compile_options(${ARG_NAME} PRIVATE $<$<CONFIG:Release>:-O1>)
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  # One CTest entry a program: Catch2 prints every case; starting a process per case costs more
  # than the cases do.
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} --durations no WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
