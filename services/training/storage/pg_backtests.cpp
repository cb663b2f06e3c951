#include "services/training/storage/pg_backtests.hpp"

#include <fmt/format.h>

#include "libs/storage/values.hpp"

namespace fairline::training {
namespace {

constexpr char kAdd[] =
    "INSERT INTO training.backtests (request_id, settings) VALUES ($1, $2::jsonb) "
    "ON CONFLICT (request_id) DO NOTHING";
constexpr char kFindRequest[] =
    "SELECT backtest_id, settings = $2::jsonb FROM training.backtests WHERE request_id = $1";
constexpr char kClaim[] =
    "UPDATE training.backtests SET state = 'running', fencing_token = fencing_token + 1, "
    "  lease_until = now() + $1 * interval '1 second' "
    "WHERE backtest_id = (SELECT backtest_id FROM training.backtests "
    "  WHERE state = 'queued' OR (state = 'running' AND lease_until < now()) "
    "  ORDER BY backtest_id LIMIT 1 FOR UPDATE SKIP LOCKED) "
    "RETURNING backtest_id, fencing_token, settings::text";
constexpr char kReport[] =
    "UPDATE training.backtests SET days_done = $3, days_total = $4, "
    "  lease_until = now() + $5 * interval '1 second' "
    "WHERE backtest_id = $1 AND fencing_token = $2 AND state = 'running'";
constexpr char kFinish[] =
    "UPDATE training.backtests SET state = 'done', days_done = days_total, lease_until = NULL, "
    "  walk_forward_id = $3, result = $4::jsonb, bets = $5 "
    "WHERE backtest_id = $1 AND fencing_token = $2 AND state = 'running'";
constexpr char kFail[] =
    "UPDATE training.backtests SET state = 'failed', error = $3, lease_until = NULL "
    "WHERE backtest_id = $1 AND fencing_token = $2 AND state = 'running'";
constexpr char kCancel[] =
    "UPDATE training.backtests SET state = 'cancelled', lease_until = NULL "
    "WHERE backtest_id = $1 AND state IN ('queued', 'running', 'cancelled')";
constexpr char kViews[] =
    "SELECT backtest_id, state, days_done, days_total, walk_forward_id, "
    "  (extract(epoch FROM created_at) * 1000000)::bigint, settings::text, "
    "  coalesce(CASE WHEN $4 THEN result ELSE (result - 'variants') #- '{report,equity}' END, "
    "           '{}')::text, "
    "  coalesce(error, '') "
    "FROM training.backtests WHERE ($1 = 0 OR backtest_id = $1) AND ($2 = 0 OR backtest_id < $2) "
    "ORDER BY backtest_id DESC LIMIT $3";
constexpr char kBets[] = "SELECT state, bets FROM training.backtests WHERE backtest_id = $1";

constexpr auto kLeaseSeconds = static_cast<std::int64_t>(kBacktestLease.count());

absl::Status RequireClaim(const pqxx::result& result) {
  if (result.affected_rows() == 1) return absl::OkStatus();
  return absl::AbortedError("the backtest was cancelled or taken up by another worker");
}

absl::Status NoSuch(std::int64_t id) {
  return FieldError(absl::StatusCode::kNotFound, "backtest_id", fmt::format("there is no {}", id));
}

BacktestView AsView(const pqxx::row& row) {
  BacktestView view;
  view.backtest_id = row[0].as<std::int64_t>();
  view.state = row[1].as<std::string>();
  view.days_done = row[2].as<std::int64_t>();
  view.days_total = row[3].as<std::int64_t>();
  view.walk_forward_id = row[4].as<std::int64_t>();
  view.created = storage::AsInstant(row[5]);
  view.settings_json = row[6].as<std::string>();
  view.result_json = row[7].as<std::string>();
  view.error = row[8].as<std::string>();
  return view;
}

}  // namespace

absl::StatusOr<std::int64_t> PgBacktests::StartBacktest(std::string_view request_id,
                                                        std::string_view settings_json) {
  std::int64_t id = 0;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    const std::string request(request_id), settings(settings_json);
    transaction.exec_params(kAdd, request, settings);
    const pqxx::row row = transaction.exec_params1(kFindRequest, request, settings);
    if (!row[1].as<bool>()) {
      return InvalidField("request_id", "was used for a backtest of other settings");
    }
    id = row[0].as<std::int64_t>();
    return absl::OkStatus();
  }));
  return id;
}

absl::StatusOr<std::optional<BacktestTask>> PgBacktests::ClaimBacktest() {
  std::optional<BacktestTask> task;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) {
    task.reset();
    const pqxx::result rows = transaction.exec_params(kClaim, kLeaseSeconds);
    if (rows.empty()) return absl::OkStatus();
    task = BacktestTask{{rows[0][0].as<std::int64_t>(), rows[0][1].as<std::int64_t>()},
                        rows[0][2].as<std::string>()};
    return absl::OkStatus();
  }));
  return task;
}

absl::Status PgBacktests::ReportDays(const BacktestClaim& claim, std::int64_t done,
                                     std::int64_t total) {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    return RequireClaim(transaction.exec_params(kReport, claim.backtest_id, claim.fencing_token,
                                                done, total, kLeaseSeconds));
  });
}

absl::Status PgBacktests::FinishBacktest(const BacktestClaim& claim, std::int64_t walk_forward_id,
                                         std::string_view result_json, std::string_view bets_csv) {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    return RequireClaim(transaction.exec_params(kFinish, claim.backtest_id, claim.fencing_token,
                                                walk_forward_id, std::string(result_json),
                                                std::string(bets_csv)));
  });
}

absl::Status PgBacktests::FailBacktest(const BacktestClaim& claim, std::string_view error) {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    return RequireClaim(
        transaction.exec_params(kFail, claim.backtest_id, claim.fencing_token, std::string(error)));
  });
}

absl::Status PgBacktests::CancelBacktest(std::int64_t id) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    if (transaction.exec_params(kCancel, id).affected_rows() == 1) return absl::OkStatus();
    if (transaction.exec_params(kBets, id).empty()) return NoSuch(id);
    return absl::FailedPreconditionError("the backtest has ended");
  });
}

absl::StatusOr<BacktestView> PgBacktests::GetBacktest(std::int64_t id) {
  BacktestView view;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        const pqxx::result rows =
            id <= 0 ? pqxx::result() : transaction.exec_params(kViews, id, 0, 1, true);
        if (rows.empty()) return NoSuch(id);
        view = AsView(rows[0]);
        return absl::OkStatus();
      }));
  return view;
}

absl::StatusOr<std::vector<BacktestView>> PgBacktests::ListBacktests(std::int64_t before_id,
                                                                     int limit) {
  std::vector<BacktestView> views;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    views.clear();
    for (const pqxx::row& row : transaction.exec_params(kViews, 0, before_id, limit, false)) {
      views.push_back(AsView(row));
    }
    return absl::OkStatus();
  }));
  return views;
}

absl::StatusOr<std::string> PgBacktests::LoadBets(std::int64_t id) {
  std::string bets;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        const pqxx::result rows = transaction.exec_params(kBets, id);
        if (rows.empty()) return NoSuch(id);
        if (rows[0][0].as<std::string>() != "done") {
          return absl::FailedPreconditionError("the backtest is not done");
        }
        bets = rows[0][1].as<std::string>();
        return absl::OkStatus();
      }));
  return bets;
}

}  // namespace fairline::training
