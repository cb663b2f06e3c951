#include "services/prediction/rpc/value_conversion.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

#include <fmt/format.h>

#include "libs/rpc/time.hpp"
#include "services/prediction/app/staking/policy_fields.hpp"
#include "services/prediction/rpc/conversion.hpp"

namespace fairline::prediction {
namespace {

constexpr std::string_view kUnlimitedWhenAbsent = "max_price_age_minutes";

v1::PriceFlag FlagOf(domain::QuoteFlag flag) {
  switch (flag) {
    case domain::QuoteFlag::kUsable:
      return v1::PRICE_FLAG_UNSPECIFIED;
    case domain::QuoteFlag::kStale:
      return v1::PRICE_FLAG_STALE;
    case domain::QuoteFlag::kSuspicious:
      return v1::PRICE_FLAG_SUSPICIOUS;
  }
  return v1::PRICE_FLAG_UNSPECIFIED;
}

void ToProto(const MatchView& view, v1::ValueMatch& out) {
  out.set_match_id(view.match->id.value);
  out.set_competition_code(view.competition->code);
  out.set_match_date(FormatDay(view.match->match_date));
  if (view.match->kickoff) *out.mutable_kickoff_time() = rpc::ToTimestamp(*view.match->kickoff);
  out.set_home_team(view.home->name);
  out.set_away_team(view.away->name);
}

void ToProto(const ValuePrice& price, v1::ValuePrice& out) {
  ToProto(price.view, *out.mutable_match());
  out.set_market(static_cast<sports::v1::Market>(price.quote.market));
  out.set_line_quarters(price.quote.line_quarters);
  out.set_outcome(static_cast<sports::v1::Outcome>(price.quote.outcome));
  out.set_bookmaker_code(price.quote.bookmaker);
  out.set_bookmaker_name(price.bookmaker_name);
  out.set_odds(price.quote.odds.value());
  out.set_commission(price.quote.commission);
  if (price.seen_at) *out.mutable_capture_time() = rpc::ToTimestamp(*price.seen_at);
  if (price.quote.age_minutes) out.set_age_minutes(*price.quote.age_minutes);
  out.set_flag(FlagOf(price.flag));
  if (const auto fair = price.settlement.FairOdds()) out.set_fair_odds(fair->value());
  out.set_edge(price.edge);
  out.set_bookmakers(price.bookmakers);
  out.set_median_odds(price.median_odds.value_or(0.0));
  out.set_anchored(price.anchored);
  out.set_in_arbitrage(price.in_arbitrage);
}

void ToProto(const MatchArbitrage& arbitrage, v1::Arbitrage& out) {
  ToProto(arbitrage.view, *out.mutable_match());
  out.set_market(static_cast<sports::v1::Market>(arbitrage.market));
  out.set_line_quarters(arbitrage.line_quarters);
  for (const LockingStake& leg : arbitrage.legs) {
    v1::LockingStake& added = *out.add_stakes();
    added.set_outcome(static_cast<sports::v1::Outcome>(leg.quote.outcome));
    added.set_bookmaker_code(leg.quote.bookmaker);
    added.set_bookmaker_name(leg.bookmaker_name);
    added.set_odds(leg.quote.odds.value());
    added.set_commission(leg.quote.commission);
    added.set_stake_share(leg.stake_share);
  }
  out.set_profit(arbitrage.profit);
  out.set_least_profit(arbitrage.least_profit);
  out.set_suspicious(arbitrage.suspicious);
  out.set_explanation(arbitrage.explanation);
}

const google::protobuf::FieldDescriptor* FieldOf(const v1::StakingPolicy& message,
                                                 std::string_view name) {
  return message.GetDescriptor()->FindFieldByName(std::string(name));
}

}  // namespace

void ToProto(const ValuePage& page, v1::ListValueResponse& out) {
  for (const ValuePrice& price : page.prices) ToProto(price, *out.add_prices());
  for (const MatchArbitrage& found : page.arbitrages) ToProto(found, *out.add_arbitrages());
  out.set_next_page_token(page.next_token);
  out.set_note(std::string(kValueNote));
}

void ToProto(const staking::StakingPolicy& policy, v1::StakingPolicy& out) {
  const google::protobuf::Reflection& reflection = *out.GetReflection();
  ForEachPolicyField(policy, [&](std::string_view name, const auto& value) {
    using Value = std::decay_t<decltype(value)>;
    const auto* field = FieldOf(out, name);
    if constexpr (std::is_same_v<Value, double>) {
      if (name == kUnlimitedWhenAbsent && std::isinf(value)) return;
      reflection.SetDouble(&out, field, value);
    } else if constexpr (std::is_same_v<Value, bool>) {
      reflection.SetBool(&out, field, value);
    } else {
      reflection.SetInt64(&out, field, value);
    }
  });
}

void ToProto(const PolicyVersion& version, v1::StakingPolicyVersion& out) {
  out.set_version(version.version);
  ToProto(version.policy, *out.mutable_policy());
  out.set_changed_by(version.changed_by);
  out.set_reason(version.reason);
  if (version.changed_at) *out.mutable_change_time() = rpc::ToTimestamp(*version.changed_at);
}

absl::StatusOr<staking::StakingPolicy> PolicyOf(const v1::StakingPolicy& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  staking::StakingPolicy policy;
  absl::Status status;
  ForEachPolicyField(policy, [&](std::string_view name, auto& value) {
    using Value = std::decay_t<decltype(value)>;
    const auto* field = FieldOf(message, name);
    if (!reflection.HasField(message, field)) {
      if constexpr (std::is_same_v<Value, double>) {
        if (name == kUnlimitedWhenAbsent) {
          value = std::numeric_limits<double>::infinity();
          return;
        }
      }
      status.Update(InvalidField(fmt::format("policy.{}", name), "must be given"));
      return;
    }
    if constexpr (std::is_same_v<Value, double>) {
      value = reflection.GetDouble(message, field);
    } else if constexpr (std::is_same_v<Value, bool>) {
      value = reflection.GetBool(message, field);
    } else {
      value = reflection.GetInt64(message, field);
    }
  });
  RETURN_IF_ERROR(status);
  return policy;
}

}  // namespace fairline::prediction
