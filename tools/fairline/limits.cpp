#include "tools/fairline/limits.hpp"

#include <charconv>

#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

std::string AmountText(const json& limit, const std::string& field, const std::string& currency) {
  return limit.contains(field) ? FormatMoney({Integer(limit, field)}, currency) : "none";
}

std::string NameOf(const json& limit) {
  return EnumText(limit, "kind", "LIMIT_KIND_") + " " + EnumText(limit, "period", "LIMIT_PERIOD_");
}

absl::StatusOr<json> BodyOf(const LimitOptions& options, const std::string& currency) {
  json body{{"kind", "LIMIT_KIND_" + UpperCase(options.kind)},
            {"period", "LIMIT_PERIOD_" + UpperCase(options.period)}};
  if (options.amount == "none") return body;
  double major = 0;
  const char* end = options.amount.data() + options.amount.size();
  const auto parsed = std::from_chars(options.amount.data(), end, major);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    return InvalidField("amount", "must be like 50 or 50.50, or none");
  }
  ASSIGN_OR_RETURN(const Money amount, ExactMoney("amount", major, currency));
  body["amount_minor_units"] = std::to_string(amount.minor_units);
  return body;
}

void PrintLimit(const json& limit, const std::string& currency) {
  fmt::print("The limit {} is {}; {} of it is used.\n", NameOf(limit),
             AmountText(limit, "amount_minor_units", currency),
             FormatMoney({Integer(limit, "used_minor_units")}, currency));
  if (!limit.contains("next_time")) return;
  fmt::print(
      "{} was asked for. It can be confirmed from {} until {}: fairline limits confirm {} {}\n",
      AmountText(limit, "next_amount_minor_units", currency), Text(limit, "next_time"),
      Text(limit, "next_expire_time"), NameOf(limit),
      AmountText(limit, "next_amount_minor_units", currency));
}

absl::Status Send(Context& context, const std::string& path, const LimitOptions& options) {
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  ASSIGN_OR_RETURN(const json body, BodyOf(options, currency));
  ASSIGN_OR_RETURN(const json answer, context.api.Post(path, body));
  if (context.json) {
    PrintJson(answer);
  } else {
    PrintLimit(answer.value("limit", json::object()), currency);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ListLimits(Context& context) {
  ASSIGN_OR_RETURN(const json answer, context.api.Get("/v1/account/limits"));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json limits = answer.value("limits", json::array());
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  for (const json& limit : limits) PrintLimit(limit, currency);
  if (limits.empty()) {
    fmt::print("There are no limits yet. To set one: fairline limits set loss week 50\n");
  }
  if (answer.contains("exclusion")) {
    const std::string end = Text(answer["exclusion"], "end_time");
    fmt::print("You have excluded yourself from betting {}.\n",
               end.empty() ? "for good" : "until " + end);
  }
  return absl::OkStatus();
}

absl::Status SetLimit(Context& context, const LimitOptions& options) {
  return Send(context, "/v1/account/limits", options);
}

absl::Status ConfirmLimit(Context& context, const LimitOptions& options) {
  return Send(context, "/v1/account/limits/confirmation", options);
}

}  // namespace fairline::cli
