-- wrk: POST /predict of one pairing on keep-alive connections; FAIRLINE_BENCH_TOKEN and
-- FAIRLINE_BENCH_BODY say as whom and what. Prints one line of JSON at the end.
wrk.method = "POST"
wrk.body = os.getenv("FAIRLINE_BENCH_BODY")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["api-version"] = "1"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("FAIRLINE_BENCH_TOKEN")

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests_per_second":%.0f,"median_ms":%.3f,"p99_ms":%.3f,"requests":%d,"errors":%d}\n',
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, summary.requests,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
