# Every third-party library, from Debian 12's packages (docs/adr/0001). No target here is built by us.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)  # CMake's module: Debian ships no config file; must precede gRPC
find_package(absl CONFIG REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
# Asio and Beast, headers only; Debian has no component to ask for.
find_package(Boost 1.74 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(PostgreSQL REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(Eigen3 CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(Catch2 2 CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
# The .pc file carries the CPPHTTPLIB_* defines that the compiled library was built with.
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET GLOBAL cpp-httplib)
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET GLOBAL libpqxx)
pkg_check_modules(ARGON2 REQUIRED IMPORTED_TARGET GLOBAL libargon2)
pkg_check_modules(JWT REQUIRED IMPORTED_TARGET GLOBAL libjwt)

find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

# Debian's XGBoost config file imports a program no package ships, so the library is named here.
find_path(XGBOOST_INCLUDE_DIR xgboost/c_api.h REQUIRED)
find_library(XGBOOST_LIBRARY xgboost REQUIRED)
add_library(xgboost::xgboost SHARED IMPORTED GLOBAL)
set_target_properties(xgboost::xgboost PROPERTIES
  IMPORTED_LOCATION "${XGBOOST_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${XGBOOST_INCLUDE_DIR}")

find_library(PROMETHEUS_CORE_LIBRARY prometheus-cpp-core REQUIRED)
add_library(prometheus::core SHARED IMPORTED GLOBAL)
set_target_properties(prometheus::core PROPERTIES IMPORTED_LOCATION "${PROMETHEUS_CORE_LIBRARY}")

# Property tests; Debian ships the headers and the library without a config file.
find_path(RAPIDCHECK_INCLUDE_DIR rapidcheck.h REQUIRED)
find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
add_library(rapidcheck::rapidcheck UNKNOWN IMPORTED GLOBAL)
set_target_properties(rapidcheck::rapidcheck PROPERTIES
  IMPORTED_LOCATION "${RAPIDCHECK_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${RAPIDCHECK_INCLUDE_DIR}")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Paths relative to the checkout, so that worktrees and fresh clones share one cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()
