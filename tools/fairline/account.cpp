#include "tools/fairline/account.hpp"

#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
using nlohmann::json;

absl::Status ShowAccount(Context& context, std::optional<double> bankroll,
                         const std::string& risk) {
  if (bankroll) {
    const auto amount = Money::FromMajorUnits(*bankroll);
    if (!amount.ok()) return WithContext(amount.status(), "bankroll");
    RETURN_IF_ERROR(context.api
                        .Post("/v1/account/bankroll",
                              {{"bankroll_minor_units", std::to_string(amount->minor_units)}})
                        .status());
  }
  if (!risk.empty()) {
    RETURN_IF_ERROR(
        context.api.Post("/v1/account/risk", {{"risk", "RISK_" + UpperCase(risk)}}).status());
  }
  ASSIGN_OR_RETURN(const json answer, context.api.Get("/v1/account"));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json account = answer.value("account", json::object());
  Table table({"username", ">role", ">bankroll", "currency", "risk"});
  table.Add({Text(account, "username"), Text(account, "role"),
             MinorUnits(Integer(account, "bankroll_minor_units")), Text(account, "currency"),
             EnumText(account, "risk", "RISK_")});
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

absl::Status HintAtEmptyBankroll(Context& context) {
  ASSIGN_OR_RETURN(const json answer, context.api.Get("/v1/account"));
  const json account = answer.value("account", json::object());
  if (Integer(account, "bankroll_minor_units") == 0) {
    fmt::print(
        "The bankroll of {} is 0, so there is nothing to stake: fairline account --bankroll 1000\n",
        Text(account, "username"));
  }
  return absl::OkStatus();
}

}  // namespace fairline::cli
