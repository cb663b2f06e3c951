#include "tools/fairline/account.hpp"

#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "tools/fairline/arguments.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
using nlohmann::json;

namespace {

absl::Status Move(Context& context, const std::string& path, const std::string& option,
                  const std::string& field, const std::optional<double>& major) {
  if (!major) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  ASSIGN_OR_RETURN(const Money amount, ExactMoney(option, *major, currency));
  return PostOnce(context, path,
                  {{field, std::to_string(amount.minor_units)}, {"request_id", NewRequestId()}})
      .status();
}

}  // namespace

absl::Status ShowAccount(Context& context, const AccountChanges& changes) {
  if (!changes.currency.empty()) {
    RETURN_IF_ERROR(
        context.api.Patch("/v1/account", {{"currency", UpperCase(changes.currency)}}).status());
  }
  RETURN_IF_ERROR(
      Move(context, "/v1/account/bankroll", "bankroll", "bankroll_minor_units", changes.bankroll));
  RETURN_IF_ERROR(
      Move(context, "/v1/account/deposits", "deposit", "amount_minor_units", changes.deposit));
  RETURN_IF_ERROR(Move(context, "/v1/account/withdrawals", "withdraw", "amount_minor_units",
                       changes.withdrawal));
  if (!changes.risk.empty()) {
    RETURN_IF_ERROR(
        context.api.Post("/v1/account/risk", {{"risk", "RISK_" + UpperCase(changes.risk)}})
            .status());
  }
  ASSIGN_OR_RETURN(const json answer, context.api.Get("/v1/account"));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json account = answer.value("account", json::object());
  const std::string currency = Text(account, "currency");
  Table table({"username", ">role", ">bankroll", ">in open bets", "currency", "risk"});
  table.Add({Text(account, "username"), Text(account, "role"),
             FormatMoney({Integer(account, "bankroll_minor_units")}, currency),
             FormatMoney({Integer(account, "open_exposure_minor_units")}, currency), currency,
             EnumText(account, "risk", "RISK_")});
  fmt::print("{}", table.Render());
  if (account.value("currency_unknown", false)) {
    fmt::print(
        "\"{}\" is no currency of ISO 4217, so the account takes no new bets. To name it: "
        "fairline account --currency EUR\n",
        currency);
  }
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
