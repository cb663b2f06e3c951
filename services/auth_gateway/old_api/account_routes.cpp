#include <nlohmann/json.hpp>

#include "services/auth_gateway/old_api/old_api.hpp"
#include "services/auth_gateway/old_api/parameters.hpp"

namespace fairline::auth_gateway {
namespace {

using nlohmann::ordered_json;

void Say(const Exchange& exchange, const std::string& message) {
  exchange.Json(200, ordered_json{{"message", message}}.dump());
}

}  // namespace

absl::Status OldApi::SignUpUser(Request& request) {
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  SignUpForm sign_up;
  ASSIGN_OR_RETURN(sign_up.username, parameters.Text("username"));
  ASSIGN_OR_RETURN(sign_up.password, parameters.Text("password"));
  ASSIGN_OR_RETURN(const auto bankroll, parameters.OptionalMoney("bankroll"));
  ASSIGN_OR_RETURN(const auto risk, parameters.OptionalRisk("risk"));
  sign_up.bankroll = bankroll.value_or(Money{});
  sign_up.risk = risk.value_or(Risk::kLow);
  RETURN_IF_ERROR(accounts_.Open(sign_up).status());
  Say(request.exchange, "User created successfully");
  return absl::OkStatus();
}

absl::Status OldApi::LogIn(Request& request) {
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  ASSIGN_OR_RETURN(const std::string username, parameters.Text("username"));
  ASSIGN_OR_RETURN(const std::string password, parameters.Text("password"));
  ASSIGN_OR_RETURN(const std::string token,
                   accounts_.SignIn(username, password, request.exchange.request.remote_addr));
  request.exchange.Json(200,
                        ordered_json{{"access_token", token}, {"token_type", "bearer"}}.dump());
  return absl::OkStatus();
}

absl::Status OldApi::UserInfo(Request& request) {
  const Account& account = request.signed_in->account;
  request.exchange.Json(200, ordered_json{{"username", account.username},
                                          {"bankroll", account.bankroll.MajorUnits()},
                                          {"risk", RiskName(account.risk)},
                                          {"role", static_cast<int>(account.role)}}
                                 .dump());
  return absl::OkStatus();
}

absl::Status OldApi::ChangePassword(Request& request) {
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  ASSIGN_OR_RETURN(const std::string current, parameters.Text("current_password"));
  ASSIGN_OR_RETURN(const std::string replacement, parameters.Text("new_password"));
  RETURN_IF_ERROR(
      accounts_.ChangePassword(request.signed_in->account.user_id, current, replacement));
  Say(request.exchange, "Password changed successfully");
  return absl::OkStatus();
}

absl::Status OldApi::ChangeBankroll(Request& request) {
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  ASSIGN_OR_RETURN(const Money bankroll,
                   Required("new_bankroll", parameters.OptionalMoney("new_bankroll")));
  RETURN_IF_ERROR(accounts_
                      .SetBankroll(request.signed_in->account.user_id, bankroll,
                                   request.exchange.Header("Idempotency-Key"))
                      .status());
  Say(request.exchange, "Bankroll changed successfully");
  return absl::OkStatus();
}

absl::Status OldApi::ChangeRisk(Request& request) {
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  ASSIGN_OR_RETURN(const Risk risk, Required("new_risk", parameters.OptionalRisk("new_risk")));
  RETURN_IF_ERROR(accounts_.SetRisk(request.signed_in->account.user_id, risk).status());
  Say(request.exchange, "Risk level changed successfully");
  return absl::OkStatus();
}

absl::Status OldApi::AdminChange(Request& request) {
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  UserChanges changes;
  ASSIGN_OR_RETURN(changes.username, parameters.OptionalText("new_username"));
  ASSIGN_OR_RETURN(changes.bankroll, parameters.OptionalMoney("new_bankroll"));
  ASSIGN_OR_RETURN(changes.risk, parameters.OptionalRisk("new_risk"));
  ASSIGN_OR_RETURN(changes.role, parameters.OptionalRole("new_role"));
  RETURN_IF_ERROR(
      accounts_.Update(request.name, changes, request.signed_in->account.username).status());
  Say(request.exchange, "User " + request.name + " datas changed.");
  return absl::OkStatus();
}

absl::Status OldApi::AdminDelete(Request& request) {
  RETURN_IF_ERROR(accounts_.Delete(request.name, request.signed_in->account.username));
  Say(request.exchange, "User " + request.name + " deleted");
  return absl::OkStatus();
}

}  // namespace fairline::auth_gateway
