# shellcheck shell=bash
# `tools/dev test`: builds everything, lints, and runs every test.

run_ctest() { # PRESET [CTEST ARGUMENT...]
  local preset=$1
  shift
  # Database and integration tests start servers of their own, so tests may run side by side.
  (cd "$repo" && ctest --test-dir "build/$preset" --output-on-failure -j "$(nproc)" "$@")
}

test_everything() { # [CTEST ARGUMENT...]
  local began=$SECONDS lint_passed=yes tests_passed=yes log=$repo/build/test.log
  step "Packages for building and testing"
  install_packages build test
  build release
  step "Lint"
  lint || lint_passed=no
  step "Tests"
  run_ctest release "$@" 2>&1 | tee "$log" || tests_passed=no
  step "Summary"
  printf '    lint: %s\n' "${lint_results[@]}"
  note "tests: $(grep -E '^[0-9]+% tests passed' "$log" || echo 'did not run to the end')"
  # Skips are said by the tests themselves and by CTest.
  grep -h -E 'SKIPPED|\*\*\*Skipped|Not Run' "$log" | sort -u | head -n 20 || true
  note "took $(seconds_since "$began") s"
  if [ "$lint_passed$tests_passed" != yesyes ]; then
    fail "not everything passed" "read the first failure above; the tests' whole output is in $log"
  fi
  note "${green}everything passed${plain}"
}

sanitize() { # PRESET
  install_packages build test
  build "$1"
  step "Unit, rpc and database tests under the sanitizers"
  TSAN_OPTIONS="suppressions=$repo/tools/tsan.supp ignore_noninstrumented_modules=1 halt_on_error=1" \
    LSAN_OPTIONS="suppressions=$repo/tools/lsan.supp print_suppressions=0" \
    UBSAN_OPTIONS="print_stacktrace=1 halt_on_error=1" \
    run_ctest "$1" -L 'unit|rpc|db' ||
    fail "a test failed under the sanitizers" "read the report above"
}
