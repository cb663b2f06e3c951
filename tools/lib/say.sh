# shellcheck shell=bash
# What tools/dev says. Steps and notes go to standard output, failures to standard error, each
# failure with what to do next.

if [ -t 1 ]; then
  bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
  bold='' red='' green='' plain=''
fi

# step TEXT: a new part of the work begins.
step() { printf '%s==>%s %s\n' "$bold" "$plain" "$*"; }

# note TEXT: a detail of the step.
note() { printf '    %s\n' "$*"; }

# fail WHAT NEXT: ends the program; NEXT tells what to do about it.
fail() {
  printf '%stools/dev: %s%s\n' "$red" "$1" "$plain" >&2
  [ $# -lt 2 ] || printf '  What to do: %s\n' "$2" >&2
  exit 1
}

# usage_error TEXT: a wrong command line.
usage_error() {
  printf 'tools/dev: %s\n' "$1" >&2
  printf '  What to do: see  tools/dev help\n' >&2
  exit 2
}

seconds_since() { echo $((SECONDS - $1)); }

# human_bytes N: 1536 -> 1.5 KiB.
human_bytes() {
  awk -v n="$1" 'BEGIN { split("B KiB MiB GiB TiB", u); i = 1
    while (n >= 1024 && i < 5) { n /= 1024; i++ } printf (i == 1 ? "%d %s" : "%.1f %s"), n, u[i] }'
}
