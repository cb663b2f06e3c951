# shellcheck shell=bash
# `tools/dev bench`: speed and size, as one JSON object on standard output; what is being measured
# goes to standard error.

# run_part PROGRAM ARGUMENT...: adds the last line it prints, a JSON object, to the results.
run_part() {
  local result
  echo "    $1" >&2
  if result=$("$repo/build/release/bin/$1" "${@:2}" 2>>"$repo/build/bench.log" | tail -n 1) &&
    jq -e 'type == "object"' >/dev/null 2>&1 <<<"$result"; then
    add_result "$1" "$result"
  else
    add_result "$1" '{"failed":true}'
  fi
}

add_result() { # NAME JSON
  bench_results=$(jq -c --arg name "$1" --argjson value "$2" '. + {($name): $value}' <<<"$bench_results")
}

# get PATH: from the gateway of the state directory, as the first admin.
get() { curl -fsS -H "Authorization: Bearer $bench_token" "$(cat "$state/url")$1"; }

# Requests on keep-alive connections: one at a time for the latency, sixteen for the throughput.
bench_rest() {
  local url result connections
  url=$(cat "$state/url")
  bench_token=$(jq -n --rawfile password "$state/initial-admin-password" \
    '{username: "admin", password: ($password | rtrimstr("\n"))}' |
    curl -fsS -H 'Content-Type: application/json' -d @- "$url/v1/sessions" | jq -r .access_token)
  FAIRLINE_BENCH_BODY=$(get '/v1/forecasts?page_size=1' |
    jq -c '.forecasts[0] | {championship: .competition_name, home_team, away_team}')
  export FAIRLINE_BENCH_BODY FAIRLINE_BENCH_TOKEN=$bench_token
  for connections in 1 16; do
    echo "    POST /predict on $connections connections" >&2
    wrk -t1 -c$connections -d2s -s "$repo/tools/bench/predict.lua" "$url/predict" >/dev/null # warm
    result=$(wrk -t$((connections > 1 ? 2 : 1)) -c$connections -d10s --latency \
      -s "$repo/tools/bench/predict.lua" "$url/predict" | sed -n 's/^RESULT //p')
    add_result "predict_${connections}_connections" "$result"
  done
}

# Seconds of each stage of the first run, and the memory of each idle service.
bench_services() {
  local name memory='{}'
  add_result stage_seconds "$(get '/v1/pipeline/runs?page_size=200' | jq -c '.runs[-1].stages |
    map(select(.end_time != null and .start_time != null) |
      {(.name): ((.end_time | sub("\\..*Z"; "Z") | fromdate) - (.start_time | sub("\\..*Z"; "Z") | fromdate))}) | add')"
  for name in "${kServices[@]}"; do
    memory=$(jq -c --arg name "$name" --argjson kib "$(awk '/^VmRSS/ { print $2 }' "/proc/$(pid_of_service "$name")/status")" \
      '. + {($name): ($kib / 1024 | floor)}' <<<"$memory")
  done
  add_result resident_mib "$memory"
}

# Without a running Fairline in the state directory, a demo is started and thrown away.
bench() {
  local data=${FAIRLINE_TEST_DATA:-$repo/../shared/data}/football parts borrowed=yes
  local seeds=$repo/services/ingest/seed recipe=$repo/services/training/recipes/football.json
  bench_results='{}'
  parse_care_options "$@"
  {
    install_packages build test
    mapfile -t parts < <(up_targets)
    build release "${parts[@]}" parse_bench features_bench load_bench training_bench prediction_bench \
      kelly_bench backtest_bench models_bench
    step "Measuring"
  } >&2
  : >"$repo/build/bench.log"
  if [ -d "$data" ]; then
    run_part parse_bench "$data" "$seeds/bookmakers.csv"
    run_part load_bench "$data"
    run_part features_bench "$data" "$seeds"
    run_part training_bench "$data" "$seeds" "$recipe"
  else
    echo "    SKIPPED: no real files at $data (set FAIRLINE_TEST_DATA): parse, load, features, fit" >&2
  fi
  run_part prediction_bench
  run_part kelly_bench
  run_part backtest_bench
  run_part models_bench "$recipe"
  if ! is_up auth_gateway; then
    borrowed=no
    state=$(mktemp -d /tmp/fairline-bench-XXXXXX)
    "$repo/tools/dev" up --demo --state-dir "$state" --port "$(port_of bench-http)" >&2
  fi
  bench_rest
  bench_services
  [ $borrowed = yes ] || "$repo/tools/dev" reset --yes --state-dir "$state" >&2
  jq . <<<"$bench_results"
}
