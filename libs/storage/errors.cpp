#include "libs/storage/errors.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <pqxx/pqxx>

#include "libs/core/no_room.hpp"
#include "libs/telemetry/log.hpp"

namespace fairline::storage {
namespace {

constexpr char kAway[] = "the database cannot be reached just now; try again shortly";
constexpr char kBug[] = "database: the query failed; the service's log has the details";

Failure Lost() { return {.status = absl::UnavailableError(kAway), .connection_lost = true}; }

Failure OfSqlState(std::string_view state) {
  if (state == "40001" || state == "40P01") {
    return {absl::AbortedError("another change came first; try again")};
  }
  if (state == "23505") return {absl::AlreadyExistsError("it exists already")};
  if (state == "57014") {
    return {absl::DeadlineExceededError("the database did not answer in the time for this call")};
  }
  if (state == "55P03") {
    return {absl::UnavailableError(
        "what this would change is held by another change; try again shortly")};
  }
  if (state == "25006") {
    return {.status = absl::UnavailableError("the database takes no changes just now"),
            .cannot_write = true};
  }
  if (state == "53100") {
    return {.status = NoRoomError("the disk of the database is full"), .cannot_write = true};
  }
  if (state == "53200") return {NoRoomError("the database is out of memory")};
  if (state.starts_with("53")) {
    return {NoRoomError("the database has come to a limit of its own")};
  }
  if (state.starts_with("08") || state.starts_with("57P")) {
    return Lost();
  }
  return {absl::InternalError(kBug)};
}

// What happens in an orderly operation is no news.
void Log(const Failure& failure, std::string_view state, std::string_view text,
         std::string_view query) {
  const absl::StatusCode code = failure.status.code();
  const bool expected =
      code == absl::StatusCode::kAborted || code == absl::StatusCode::kAlreadyExists;
  const bool grave = code == absl::StatusCode::kInternal || failure.cannot_write;
  (expected ? telemetry::Debug
   : grave  ? telemetry::Error
            : telemetry::Warn)("database error", {{"code", absl::StatusCodeToString(code)},
                                                 {"sqlstate", std::string(state)},
                                                 {"error", std::string(text)},
                                                 {"query", std::string(query.substr(0, 200))}});
}

thread_local bool quiet = false;

Failure Logged(Failure failure, std::string_view state, std::string_view text,
               std::string_view query = "") {
  if (!quiet) Log(failure, state, text, query);
  return failure;
}

}  // namespace

QuietErrors::QuietErrors() : outer_(std::exchange(quiet, true)) {}

QuietErrors::~QuietErrors() { quiet = outer_; }

Failure FailureOfException() {
  try {
    throw;
  } catch (const pqxx::sql_error& error) {
    return Logged(OfSqlState(error.sqlstate()), error.sqlstate(), error.what(), error.query());
  } catch (const pqxx::statement_completion_unknown& error) {
    return Logged(Lost(), "40003", error.what());
  } catch (const pqxx::transaction_rollback& error) {  // is no sql_error, and has no state
    return Logged(OfSqlState("40001"), "40001", error.what());
  } catch (const pqxx::in_doubt_error& error) {
    // The connection was lost while committing: whether it did, the request's id tells when it is
    // asked again.
    return Logged(Lost(), "", error.what());
  } catch (const pqxx::broken_connection& error) {  // too many of them, also
    return Logged(Lost(), "", error.what());
  } catch (const std::exception& error) {
    return Logged({absl::InternalError(kBug)}, "", error.what());
  }
}

absl::Status StatusOfException() { return FailureOfException().status; }

}  // namespace fairline::storage
