#include "libs/core/status.hpp"

#include <catch2/catch.hpp>

namespace fairline {
namespace {

using Violations = std::vector<FieldViolation>;

TEST_CASE("an error about a field carries it as data beside the message", "[core][status]") {
  const absl::Status status = InvalidField("odds", "must be above 1: it was 0.5");
  CHECK(absl::IsInvalidArgument(status));
  CHECK(MessageOf(status) == "odds: must be above 1: it was 0.5");
  CHECK(ViolationsOf(status) == Violations{{"odds", "must be above 1: it was 0.5"}});
  const absl::Status taken = FieldError(absl::StatusCode::kAlreadyExists, "username", "is taken");
  CHECK(absl::IsAlreadyExists(taken));
  CHECK(ViolationsOf(taken) == Violations{{"username", "is taken"}});
}

TEST_CASE("a message that looks as if it named a field does not", "[core][status]") {
  CHECK(ViolationsOf(absl::InvalidArgumentError("odds: must be above 1")).empty());
  CHECK(ViolationsOf(absl::OkStatus()).empty());
}

TEST_CASE("several fields, and any text in them", "[core][status]") {
  const Violations violations = {
      {"a", ""}, {"b[1].c", "12:34"}, {"d", std::string("x\0y; z: w", 9)}};
  const absl::Status status = FieldErrors(absl::StatusCode::kOutOfRange, violations);
  CHECK(ViolationsOf(status) == violations);
  CHECK(MessageOf(status).starts_with("a: ; b[1].c: 12:34; d: x"));
}

TEST_CASE("an error of a part is one of the whole at the part's place", "[core][status]") {
  const absl::Status inner = Within("terms", InvalidField("odds", "must be above 1"));
  const absl::Status outer = Within("bets[3]", inner);
  CHECK(MessageOf(outer) == "bets[3].terms.odds: must be above 1");
  CHECK(ViolationsOf(outer) == Violations{{"bets[3].terms.odds", "must be above 1"}});
  const absl::Status plain = Within("bets[3]", absl::FailedPreconditionError("not now"));
  CHECK(absl::IsFailedPrecondition(plain));
  CHECK(MessageOf(plain) == "bets[3]: not now");
  CHECK(ViolationsOf(plain) == Violations{{"bets[3]", "not now"}});
  CHECK(Within("x", absl::OkStatus()).ok());
}

TEST_CASE("a context in words drops what was said of another input's field", "[core][status]") {
  const absl::Status status = WithContext(InvalidField("name", "is missing"), "model_registry");
  CHECK(MessageOf(status) == "model_registry: name: is missing");
  CHECK(ViolationsOf(status).empty());
  CHECK(WithContext(absl::OkStatus(), "x").ok());
}

}  // namespace
}  // namespace fairline
