# shellcheck shell=bash
# Debian packages: installs what is missing of tools/packages.txt, in one apt call.

# missing_packages GROUP...: names of the groups' packages that are not installed.
missing_packages() {
  local group package program installed
  installed=$(dpkg-query --show --showformat '${binary:Package} ${db:Status-Status}\n' |
    awk '$2 == "installed" { sub(/:.*/, "", $1); print $1 }')
  while read -r group package program; do
    case $group in '' | '#'*) continue ;; esac
    [[ " $* " == *" $group "* ]] || continue
    if [ -n "$program" ] && command -v "$program" >/dev/null; then continue; fi
    grep -qxF -- "$package" <<<"$installed" || echo "$package"
  done <"$repo/tools/packages.txt"
}

# as_root COMMAND...: runs it as root, by sudo when needed.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -- "$@"; fi
}

require_root_rights() { # PACKAGE...
  [ "$(id -u)" != 0 ] || return 0
  local by_hand="as root run  apt-get update && apt-get install --no-install-recommends $*  and call tools/dev again"
  command -v sudo >/dev/null ||
    fail "packages are missing, and there is no sudo to install them with" "$by_hand"
  if [ ! -t 0 ] && ! sudo -n true 2>/dev/null; then
    fail "packages are missing, and sudo asks for a password that nobody can type here" "$by_hand"
  fi
}

install_packages() { # GROUP...
  command -v dpkg-query >/dev/null ||
    fail "this is not Debian: no dpkg-query" "use Debian 12, or the containers (docker compose up)"
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [ ${#missing[@]} = 0 ]; then
    note "all Debian packages are installed"
    return
  fi
  step "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  require_root_rights "${missing[@]}"
  keep_system_postgres_quiet "${missing[@]}"
  as_root sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y \
      -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@"' \
    apt "${missing[@]}" ||
    fail "apt could not install the packages (its message is above)" \
      "check the network and /etc/apt/sources.list (Debian 12 main is enough), free disk space, then call tools/dev again"
}

# Fairline runs a PostgreSQL of its own; without this, installing the package would also start
# one for the whole machine on port 5432.
keep_system_postgres_quiet() { # PACKAGE...
  [[ " $* " == *" postgresql-15 "* ]] || return 0
  ! dpkg-query --show postgresql-common >/dev/null 2>&1 || return 0
  as_root sh -c 'mkdir -p /etc/postgresql-common/createcluster.d &&
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/fairline.conf'
}
