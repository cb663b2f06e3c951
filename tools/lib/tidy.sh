# shellcheck shell=bash
# `tools/dev tidy`: clang-tidy with the release build's compile commands, by tools/tidy.

# What .clang-tidy asks, and what finds likely faults, slow copies and older C++.
readonly kTidyChecks='readability-identifier-naming,readability-function-size,bugprone-*,-bugprone-easily-swappable-parameters,performance-*,modernize-use-override,modernize-use-nullptr,modernize-make-unique,modernize-make-shared,modernize-loop-convert,modernize-pass-by-value,modernize-use-emplace'

tidy() { # [--all]
  case ${1-} in
    '') tidy_changes ;;
    --all) tidy_everything ;;
    *) usage_error "tidy: there is no option \"$1\"" ;;
  esac || fail "clang-tidy has something to say" "repair it, or say at the line why not: // NOLINT(check): reason"
  note "nothing to say"
}

# All product sources by .clang-tidy. Those that passed, and did not change since, nor what they
# include, are not read again.
tidy_everything() {
  install_packages build test
  build release
  step "clang-tidy over all sources of the product"
  "$repo/tools/tidy" --jobs "$(build_jobs)" "$repo/build/release"
}

# The files that differ from main, by the longer list.
tidy_changes() {
  local base changed
  install_packages build test
  base=$(git -C "$repo" merge-base HEAD origin/main 2>/dev/null || git -C "$repo" merge-base HEAD main) ||
    fail "there is no main to compare with" "git fetch origin main"
  mapfile -t changed < <(git -C "$repo" diff --name-only --diff-filter=d "$base" -- '*.cpp' '*.hpp')
  [ ${#changed[@]} -gt 0 ] || return 0
  build release
  step "clang-tidy over ${#changed[@]} files that differ from main"
  "$repo/tools/tidy" --jobs "$(build_jobs)" --checks "$kTidyChecks" --report "$(IFS=,; echo "${changed[*]}")" "$repo/build/release"
}
