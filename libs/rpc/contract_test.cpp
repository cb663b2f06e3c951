#include "libs/rpc/contract.hpp"

#include <algorithm>
#include <limits>

#include <catch2/catch.hpp>

#include "fairline/ingest/v1/ingest.pb.h"
#include "fairline/prediction/v1/prediction.pb.h"
#include "fairline/registry/v1/registry.pb.h"

namespace fairline::rpc {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> FaultsOf(const google::protobuf::Message& request) {
  const absl::Status status = CheckContract(request);
  CHECK((status.ok() || absl::IsInvalidArgument(status)));
  std::vector<std::string> fields;
  for (const FieldViolation& violation : ViolationsOf(status)) fields.push_back(violation.field);
  return fields;
}

using Fields = std::vector<std::string>;

TEST_CASE("every required field that is absent is named at once", "[rpc][contract]") {
  registry::v1::MoveAliasRequest move;
  CHECK(FaultsOf(move) == Fields{"model", "alias", "version", "reason"});
  move.set_model("football");
  move.set_alias("production");
  move.set_version(0);  // proto3 cannot tell it from none
  move.set_reason("");
  CHECK(FaultsOf(move) == Fields{"version", "reason"});
  move.set_version(3);
  move.set_reason("x");
  CHECK(FaultsOf(move).empty());
}

TEST_CASE("a zero that was sent is not absent where the field has presence", "[rpc][contract]") {
  registry::v1::LogToRunRequest log;
  log.set_run_id("r");
  log.add_metrics()->set_key("loss");
  log.add_metrics()->set_value(0.0);
  CHECK(FaultsOf(log) == Fields{"metrics[0].value", "metrics[1].key"});
  log.mutable_metrics(0)->set_value(0.0);
  log.mutable_metrics(1)->set_key("rps");
  CHECK(FaultsOf(log).empty());
}

TEST_CASE("lists and messages are required as fields are", "[rpc][contract]") {
  prediction::v1::ComputePortfolioRequest portfolio;
  CHECK(FaultsOf(portfolio) == Fields{"matches"});
  portfolio.add_matches();
  CHECK(FaultsOf(portfolio) == Fields{"matches[0].probabilities"});
  prediction::v1::SetStakingPolicyRequest policy;
  CHECK(FaultsOf(policy) == Fields{"policy", "reason"});
  // No more than an error carries.
  policy.mutable_policy();
  CHECK(FaultsOf(policy).size() == 10);
}

TEST_CASE("numbers are finite unless the proto gives infinity a meaning", "[rpc][contract]") {
  prediction::v1::ListValueRequest value;
  value.set_min_edge(kNotANumber);
  value.set_exchange_commission(kInfinity);
  CHECK(FaultsOf(value) == Fields{"min_edge", "exchange_commission"});
  prediction::v1::ComputeStakeRequest stake;
  stake.add_probabilities(0.5);
  stake.add_probabilities(kNotANumber);
  stake.add_odds(kInfinity);
  CHECK(FaultsOf(stake) == Fields{"probabilities[1]", "odds[0]"});
  prediction::v1::StakingPolicy policy;
  for (int i = 0; i < policy.GetDescriptor()->field_count(); ++i) {
    const auto* field = policy.GetDescriptor()->field(i);
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_DOUBLE) continue;
    policy.GetReflection()->SetDouble(&policy, field, kInfinity);
  }
  policy.set_min_stake_minor_units(0);
  policy.set_stake_step_minor_units(1);
  policy.set_compatibility_multipliers(false);
  policy.clear_kelly_low();
  policy.set_kelly_medium(0.25);
  policy.set_kelly_high(0.5);
  policy.set_max_odds(5.0);
  policy.set_max_drawdown(kNotANumber);
  CHECK(FaultsOf(policy) == Fields{"kelly_low", "min_edge_best_of_many", "min_edge_single_book",
                                   "max_per_bet", "max_per_match", "max_per_day",
                                   "max_best_to_average", "min_odds", "model_weight",
                                   "max_drawdown"});
  policy.set_max_price_age_minutes(kNotANumber);
  policy.set_kelly_low(0.1);
  CHECK(FaultsOf(policy).at(7) == "max_price_age_minutes");
}

TEST_CASE("an enum has one of the values that its type declares", "[rpc][contract]") {
  registry::v1::FinishRunRequest finish;
  finish.set_run_id("r");
  CHECK(FaultsOf(finish) == Fields{"state"});
  finish.set_state(static_cast<registry::v1::RunState>(99));
  CHECK(FaultsOf(finish) == Fields{"state"});
  finish.set_state(registry::v1::RUN_STATE_FAILED);
  CHECK(FaultsOf(finish).empty());
}

TEST_CASE("a renamed field is read under either name, and not under two", "[rpc][contract]") {
  ingest::v1::ListMatchesRequest request;
  const auto former = [&](const std::string& text) {
    request.GetReflection()->SetString(
        &request, request.GetDescriptor()->FindFieldByName("first_date"), text);
  };
  const auto read = [&] { return ReadRenamed(request, "from_date", "first_date"); };
  CHECK(read()->text.empty());
  former("2026-01-30");
  CHECK(read()->text == "2026-01-30");
  CHECK(read()->field == "first_date");
  request.set_from_date("2026-01-30");
  CHECK(read()->text == "2026-01-30");
  request.set_from_date("2026-01-31");
  CHECK(ViolationsOf(read().status()).at(0).field == "first_date");
  former("");
  CHECK(read()->field == "from_date");
}

}  // namespace
}  // namespace fairline::rpc
