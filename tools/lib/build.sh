# shellcheck shell=bash
# Configuring and building with CMake and Ninja.

# In an order in which they may be started.
readonly kServices=(ingest preprocessing training model_registry prediction accounts auth_gateway pipeline)

# program_of SERVICE: model_registry -> fairline-model-registry.
program_of() { echo "fairline-${1//_/-}"; }

# Compilers of gRPC code take over a gigabyte each, so small machines build with fewer jobs.
build_jobs() {
  local by_memory cores
  cores=$(nproc)
  by_memory=$(awk '/^MemAvailable/ { print int($2 / 1024 / 1400) }' /proc/meminfo)
  [ "$by_memory" -ge 1 ] || by_memory=1
  echo "${FAIRLINE_BUILD_JOBS:-$((cores < by_memory ? cores : by_memory))}"
}

require_free_disk() { # DIR MEBIBYTES PURPOSE
  local free
  free=$(df --output=avail -m "$1" | tail -1 | tr -d ' ')
  [ "$free" -ge "$2" ] ||
    fail "only $free MiB are free on the disk of $1; $3 needs $2 MiB" \
      "free some space, or clone Fairline on a larger disk"
}

configure() { # PRESET
  [ ! -f "$repo/build/$1/build.ninja" ] || return 0
  require_free_disk "$repo" 3000 "the build"
  step "Configuring the $1 build"
  local log=$repo/build/$1-configure.log
  mkdir -p "$repo/build"
  (cd "$repo" && cmake --preset "$1") >"$log" 2>&1 || {
    tail -n 25 "$log" >&2
    fail "CMake could not configure the build" \
      "read the message above (all of it is in $log); after repairing it, remove $repo/build/$1"
  }
}

build() { # PRESET [TARGET...]
  local preset=$1 began=$SECONDS
  shift
  configure "$preset"
  step "Building (${preset}, $(build_jobs) at a time)"
  NINJA_STATUS='    [%f/%t %es] ' ninja -C "$repo/build/$preset" -j "$(build_jobs)" "$@" |
    { grep --line-buffered -v -e '^ninja: Entering directory' || true; } ||
    fail "the build failed (the compiler's message is above)" \
      "repair it; if the tree is untouched, remove $repo/build and call tools/dev again"
  note "built in $(seconds_since "$began") s"
}
