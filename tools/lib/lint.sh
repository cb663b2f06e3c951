# shellcheck shell=bash
# Checks that need no build. Each prints one line; a check that cannot run here says so.

source_files() {
  (cd "$repo" && find libs services deploy tools tests -name node_modules -prune -o \
    \( -name '*.cpp' -o -name '*.hpp' \) -printf "$repo/%p\n")
}

format_sources() { source_files | xargs -r -n 64 clang-format-14 -i; }

check_format() { source_files | xargs -r -n 64 clang-format-14 --dry-run -Werror; }

# tools/dev names its parts, so they are checked with it.
check_shell() {
  shellcheck --external-sources --source-path="$repo/tools" \
    "$repo/tools/dev" "$repo/tools/check_includes" "$repo/.ci/run"
}

# buf is an npm package; where the registry cannot be reached the check is left out, visibly.
check_protos() {
  local buf=$repo/tools/node_modules/.bin/buf
  if [ ! -x "$buf" ]; then
    (cd "$repo/tools" && npm install --no-package-lock --ignore-scripts --no-audit --no-fund) || {
      npm ping >/dev/null 2>&1 && return 1
      return 77
    }
  fi
  (cd "$repo/protos" && "$buf" lint)
}

# lint: runs all checks; their results are left in lint_results, for the closing summary.
lint() {
  local failed=0 name check status output
  lint_results=()
  for name in includes:"$repo/tools/check_includes" format:check_format shell:check_shell protos:check_protos; do
    check=${name#*:} name=${name%%:*} status=0
    output=$("$check" 2>&1) || status=$?
    case $status in
      0) lint_results+=("$name passed") ;;
      77) lint_results+=("$name SKIPPED (the npm registry cannot be reached)") ;;
      *)
        lint_results+=("$name FAILED")
        head -n 60 <<<"$output" >&2
        failed=1
        ;;
    esac
    note "${lint_results[-1]}"
  done
  return $failed
}

lint_or_fail() {
  install_packages build test
  step "Lint"
  lint || fail "lint failed" "repair what is named above; tools/dev fmt formats the sources"
}
