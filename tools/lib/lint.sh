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
    "$repo/tools/dev" "$repo/tools/check_includes" "$repo/tools/check_docs" "$repo/tools/check_seams" "$repo/tools/hooks/pre-push" "$repo/tests/supervisor/run" "$repo/.ci/run"
}

# buf COMMAND...: in protos/. It is an npm package; where the registry cannot be reached, what needs
# it is left out, visibly.
buf() {
  local program=$repo/tools/node_modules/.bin/buf
  if [ ! -x "$program" ]; then
    (cd "$repo/tools" && npm install --no-package-lock --ignore-scripts --no-audit --no-fund) || {
      npm ping >/dev/null 2>&1 && return 1
      echo "the npm registry cannot be reached"
      return 77
    }
  fi
  (cd "$repo/protos" && "$program" "$@")
}

check_protos() { buf lint; }

# The protos as they were released last: clients in the field speak them.
readonly released_protos=released.binpb

check_released_protos() {
  if [ ! -f "$repo/protos/$released_protos" ]; then
    echo "nothing was released yet"
    return 77
  fi
  buf breaking --against "$released_protos"
}

# `tools/dev release-protos`: from now on these protos are the ones that must not be broken.
release_protos() {
  install_packages build test
  step "Keeping the protos as released"
  check_released_protos || [ $? = 77 ] ||
    fail "the protos break those of the last release" "keep what was, or add a v2 beside it"
  buf build --path fairline --exclude-source-info --output "$released_protos" || fail "buf could not build the protos" "see above"
  note "protos/$released_protos: commit it with the release"
}

# run_checks NAME:FUNCTION...: runs each; their results are left in lint_results, for the closing
# summary. A check that returns 77 was left out, and its last line says why.
run_checks() {
  local failed=0 name check status output
  lint_results=()
  for name in "$@"; do
    check=${name#*:} name=${name%%:*} status=0
    output=$("$check" 2>&1) || status=$?
    case $status in
      0) lint_results+=("$name passed") ;;
      77) lint_results+=("$name SKIPPED (${output##*$'\n'})") ;;
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

# lint [NAME:FUNCTION...]: the checks that need no build, and further ones.
lint() {
  run_checks includes:"$repo/tools/check_includes" seams:"$repo/tools/check_seams" \
    docs:"$repo/tools/check_docs" format:check_format shell:check_shell protos:check_protos breaking:check_released_protos "$@"
}

lint_or_fail() {
  install_packages build test
  step "Lint"
  lint || fail "lint failed" "repair what is named above; tools/dev fmt formats the sources"
}

# Once per clone: git then runs tools/hooks/pre-push before each push.
hooks() {
  git -C "$repo" config core.hooksPath tools/hooks
  note "before each push, tools/hooks/pre-push checks what is pushed (git push --no-verify passes it by)"
}
