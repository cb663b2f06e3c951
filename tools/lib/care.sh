# shellcheck shell=bash
# `tools/dev` down, status, logs, reset.

# Reads --state-dir (and --yes) and opens the state; other arguments are left in $rest.
parse_care_options() { # ARGUMENT...
  local state_dir=$repo/.fairline
  confirmed=no rest=()
  while [ $# -gt 0 ]; do
    case $1 in
      --state-dir)
        [ $# -ge 2 ] || usage_error "--state-dir needs a value"
        state_dir=$2
        shift
        ;;
      --yes) confirmed=yes ;;
      -*) usage_error "there is no option \"$1\"" ;;
      *) rest+=("$1") ;;
    esac
    shift
  done
  open_state "$state_dir"
}

require_state() {
  [ -d "$state/services" ] || fail "there is nothing in $state" "start with  tools/dev up"
}

down() {
  parse_care_options "$@"
  step "Stopping Fairline in $state"
  [ -d "$state" ] || { note "there is nothing"; return 0; }
  lock_state
  stop_everything
}

# One line of the table of processes.
print_process() { # NAME
  local name=$1 pid health='-' port='-' memory='-' uptime='-'
  if ! is_up "$name"; then
    printf '    %-15s %-8s %s\n' "$name" - stopped
    return
  fi
  pid=$(pid_of_service "$name")
  memory=$(awk '/^VmRSS/ { printf "%d MiB", $2 / 1024 }' "/proc/$pid/status" 2>/dev/null || echo -)
  uptime=$(ps -o etime= -p "$pid" 2>/dev/null | tr -d ' ' || echo -)
  case $name in
    postgres) if "$pg_bin/pg_isready" -q -h "$pg_socket"; then health=serving; else health=waiting; fi ;;
    demo_site) health=serving port=$(port_of demo_site) ;;
    *)
      if is_healthy "$name"; then health=serving; else health='NOT serving'; fi
      port=$(port_of "$name")
      [ "$name" != auth_gateway ] || port="$port, http $(remembered port)"
      ;;
  esac
  printf '    %-15s %-8s %-12s %-18s %-9s %s\n' "$name" "$pid" "$health" "$port" "$memory" "$uptime"
}

status() {
  local name
  parse_care_options "$@"
  require_state
  locate_postgres
  step "Fairline in $state"
  note "data: $([ "$(remembered demo)" = yes ] && echo 'DEMO leagues' || remembered data_url)$(remembered now | sed 's/^\(..*\)$/, standing at \1/')"
  printf '    %-15s %-8s %-12s %-18s %-9s %s\n' process pid health port memory uptime
  for name in postgres "${kServices[@]}" demo_site; do
    [ ! -d "$state/services/$name" ] || print_process "$name"
  done
  if is_up postgres && ! supervisor_pid >/dev/null; then
    note "the supervisor has died: call  tools/dev up  for a new one, or  tools/dev down  to stop all"
  fi
  if is_up auth_gateway; then
    step "Latest pipeline run"
    "$repo/build/release/bin/fairline" --state-dir "$state" run show latest || true
  fi
}

logs() {
  local files=() name
  parse_care_options "$@"
  require_state
  for name in "${rest[@]}"; do
    [ -f "$state/log/$name/current" ] ||
      fail "there is no log of \"$name\"" "one of: $(cd "$state/log" && echo */)"
    files+=("$state/log/$name/current")
  done
  [ ${#files[@]} -gt 0 ] || files=("$state"/log/*/current)
  exec tail -n 50 -F "${files[@]}"
}

# Whether each file of the lake has the hash under which it was stored. Reads all of it. What rotted
# of the newest source files is asked for anew in the next run, whatever the source says of changes.
check_lake() {
  local stored rotten
  parse_care_options "$@"
  require_state
  locate_postgres
  is_up postgres || fail "the database, which knows the hashes, does not run" "start it with  tools/dev up"
  step "Reading the lake in $state/lake"
  stored=$(psql_as_superuser -d fairline -Atc "SELECT DISTINCT sha256 || '  ' || lake_path FROM sports.source_files")
  stored+=$'\n'$(cd "$state/lake" && stored_bundles)
  stored=$(grep . <<<"$stored" || true)
  rotten=$(cd "$state/lake" && sha256sum --check --quiet <<<"$stored" 2>/dev/null || true)
  if [ -z "$rotten" ]; then
    note "$(grep -c . <<<"$stored") files, all as they were stored"
    return 0
  fi
  sed 's/^/    /' <<<"$rotten"
  cut -d: -f1 <<<"$rotten" | psql_as_superuser -d fairline -c "CREATE TEMPORARY TABLE rotten (lake_path text)" \
    -c "COPY rotten FROM STDIN" -c "UPDATE sports.source_files SET etag = NULL, last_modified = NULL WHERE lake_path IN (SELECT lake_path FROM rotten)"
  fail "$(grep -c . <<<"$rotten") files of the lake are not what was stored" \
    "the next run mends source files that the source still has, a training the bundle that it makes; else put them back from a backup"
}

# The files of the bundles, with the hashes by which their manifests name them.
stored_bundles() {
  python3 - <<'PYTHON'
import json, pathlib
for manifest in sorted(pathlib.Path("models").glob("*/manifest.json")):
    print(f"{manifest.parent.name}  {manifest}")
    try:
        models = json.loads(manifest.read_bytes())["models"]
    except (ValueError, KeyError):
        continue  # its own hash tells
    for model in models:
        print(f"{model['sha256']}  {manifest.parent / model['file']}")
PYTHON
}

reset() {
  local answer
  parse_care_options "$@"
  [ -d "$state" ] || { note "there is nothing in $state"; return 0; }
  [ -d "$state/services" ] && [ -d "$state/secrets" ] ||
    fail "$state is not a state directory of Fairline" "nothing was deleted"
  if [ $confirmed = no ]; then
    [ -t 0 ] || fail "reset deletes the database, accounts and models in $state" "confirm by  tools/dev reset --yes"
    read -r -p "Delete the database, accounts and models in $state? [y/N] " answer
    [[ $answer == [yY]* ]] || { note "nothing was deleted"; return 0; }
  fi
  lock_state
  stop_everything
  locate_postgres
  rm -rf "$pg_socket" "$pg_home" "$state"
  note "deleted $state"
}
