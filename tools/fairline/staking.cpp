#include "tools/fairline/staking.hpp"

#include <charconv>

#include <fmt/format.h>

#include "libs/domain/market.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

constexpr char kPolicyPath[] = "/v1/staking-policy";
constexpr char kPriceAge[] = "max_price_age_minutes";

absl::Status PrintPolicy(Context& context, const json& answer) {
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json version = answer.value("policy_version", json::object());
  const std::int64_t number = Integer(version, "version");
  if (number == 0) {
    fmt::print("version 0, the environment's: never changed\n");
  } else {
    fmt::print("version {}, by {} at {}: {}\n", number, Text(version, "changed_by"),
               Text(version, "change_time"), Text(version, "reason"));
  }
  const json policy = version.value("policy", json::object());
  Table table({"field", ">value"});
  for (const auto& [field, value] : policy.items()) {
    table.Add({field, value.is_string() ? value.get<std::string>() : value.dump()});
  }
  if (!policy.contains(kPriceAge)) table.Add({kPriceAge, "none"});
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

absl::StatusOr<json> ParseValue(const std::string& field, const std::string& text) {
  if (text == "true") return json(true);
  if (text == "false") return json(false);
  if (text == "none") return json("Infinity");
  double number = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) {
    return InvalidField(field, "a number, true, false or none");
  }
  return json(number);
}

std::string MarketName(const json& item) {
  const std::string market = EnumText(item, "market", "MARKET_");
  const double line = static_cast<double>(Integer(item, "line_quarters")) / 4.0;
  const domain::MarketRow* row = domain::FindMarket(market);
  if (row == nullptr || row->line == domain::LineKind::kNone) return market;
  return row->line == domain::LineKind::kTotal ? fmt::format("{} {:g}", market, line)
                                               : fmt::format("{} {:+g}", market, line);
}

std::string MatchName(const json& item) {
  const json match = item.value("match", json::object());
  return fmt::format("{} {} - {}", Text(match, "match_date"), Text(match, "home_team"),
                     Text(match, "away_team"));
}

std::string Age(const json& price) {
  if (!price.contains("age_minutes")) return "";
  const double minutes = Number(price, "age_minutes");
  return minutes < 120 ? fmt::format("{:.0f} min", minutes) : fmt::format("{:.0f} h", minutes / 60);
}

std::string Remarks(const json& price) {
  std::vector<std::string> remarks;
  const std::string flag =
      price.contains("flag") ? EnumText(price, "flag", "PRICE_FLAG_") : "unspecified";
  if (flag != "unspecified") remarks.push_back(flag);
  if (price.value("in_arbitrage", false)) remarks.emplace_back("arbitrage");
  if (!price.value("anchored", false)) remarks.emplace_back("ratings alone");
  return fmt::format("{}", fmt::join(remarks, ", "));
}

}  // namespace

absl::StatusOr<json> WithChanges(json policy, const std::vector<std::string>& changes) {
  for (const std::string& change : changes) {
    const std::size_t sign = change.find('=');
    if (sign == std::string::npos) return InvalidField(change, "write FIELD=VALUE");
    const std::string field = change.substr(0, sign);
    if (field != kPriceAge && !policy.contains(field)) {
      return InvalidField(field, "is no field of the staking policy");
    }
    ASSIGN_OR_RETURN(policy[field], ParseValue(field, change.substr(sign + 1)));
  }
  return policy;
}

absl::Status ShowStakingPolicy(Context& context) {
  ASSIGN_OR_RETURN(const json answer, context.api.Get(kPolicyPath));
  return PrintPolicy(context, answer);
}

absl::Status SetStakingPolicy(Context& context, const std::vector<std::string>& changes,
                              const std::string& reason) {
  ASSIGN_OR_RETURN(const json before, context.api.Get(kPolicyPath));
  const json version = before.value("policy_version", json::object());
  ASSIGN_OR_RETURN(const json policy,
                   WithChanges(version.value("policy", json::object()), changes));
  ASSIGN_OR_RETURN(const json answer,
                   context.api.Put(kPolicyPath, {{"policy", policy},
                                                 {"reason", reason},
                                                 {"base_version",
                                                  std::to_string(Integer(version, "version"))}}));
  return PrintPolicy(context, answer);
}

absl::Status ListValue(Context& context, const ValueOptions& options) {
  const Query query = {{"page_size", "200"},
                       {"competition", options.competition},
                       {"min_edge", options.min_edge},
                       {"exchange_commission", options.commission},
                       {"only_usable", options.only_usable ? "true" : ""},
                       {"include_unanchored", options.include_unanchored ? "true" : ""}};
  ASSIGN_OR_RETURN(const json prices,
                   context.api.GetAll("/v1/value", "prices", query, options.limit));
  if (context.json) {
    PrintJson(prices);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const json first, context.api.Get("/v1/value", query));
  Table table({"match", "market", "outcome", ">odds", "at", ">fair", ">edge", ">age", "remarks"});
  for (const json& price : prices) {
    table.Add({MatchName(price), MarketName(price), EnumText(price, "outcome", "OUTCOME_"),
               fmt::format("{:.2f}", Number(price, "odds")), Text(price, "bookmaker_name"),
               fmt::format("{:.2f}", Number(price, "fair_odds")),
               fmt::format("{:+.1f} %", 100.0 * Number(price, "edge")), Age(price),
               Remarks(price)});
  }
  fmt::print("{}", table.Render());
  for (const json& found : first.value("arbitrages", json::array())) {
    fmt::print("{}, {}\n  {}\n", MatchName(found), MarketName(found), Text(found, "explanation"));
  }
  fmt::print("{}\n", Text(first, "note"));
  return absl::OkStatus();
}

}  // namespace fairline::cli
