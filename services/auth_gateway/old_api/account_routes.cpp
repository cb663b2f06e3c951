#include <nlohmann/json.hpp>

#include "services/auth_gateway/old_api/old_api.hpp"
#include "services/auth_gateway/old_api/parameters.hpp"

namespace fairline::auth_gateway {
namespace {

namespace pb = accounts::v1;
using nlohmann::ordered_json;

// A password is hashed first, and others may be before it.
constexpr std::chrono::seconds kSignUpTimeout{10};

// Which this API has no word for: that of every account that it opens.
constexpr std::string_view kSignUpCurrency = "EUR";

// Unspecified changes nothing, and means low for a new account.
sports::v1::Risk ToProto(const std::optional<RiskLevel>& risk) {
  return risk ? static_cast<sports::v1::Risk>(*risk) : sports::v1::RISK_UNSPECIFIED;
}

void Say(const Exchange& exchange, const std::string& message) {
  exchange.Json(200, ordered_json{{"message", message}}.dump());
}

}  // namespace

absl::Status OldApi::SignUpUser(Request& request) {
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  pb::SignUpRequest sign_up;
  ASSIGN_OR_RETURN(*sign_up.mutable_username(), parameters.Text("username"));
  ASSIGN_OR_RETURN(*sign_up.mutable_password(), parameters.Text("password"));
  ASSIGN_OR_RETURN(const auto bankroll, parameters.OptionalMoney("bankroll", kSignUpCurrency));
  ASSIGN_OR_RETURN(const auto risk, parameters.OptionalRisk("risk"));
  sign_up.set_currency(std::string(kSignUpCurrency));
  sign_up.set_bankroll_minor_units(bankroll.value_or(Money{}).minor_units);
  sign_up.set_risk(ToProto(risk));
  sign_up.set_of_legal_age(false);
  // In the door's own name: this route asks nobody's age, which a user's call must tell.
  const auto deadline = std::chrono::system_clock::now() + kSignUpTimeout;
  RETURN_IF_ERROR(AskAccounts<pb::SignUpResponse>(request, "SignUp", sign_up,
                                                  rpc::AsService("auth_gateway", key_, deadline))
                      .status());
  Say(request.exchange, "User created successfully");
  return absl::OkStatus();
}

absl::Status OldApi::LogIn(Request& request) {
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  pb::SignInRequest sign_in;
  ASSIGN_OR_RETURN(*sign_in.mutable_username(), parameters.Text("username"));
  ASSIGN_OR_RETURN(*sign_in.mutable_password(), parameters.Text("password"));
  ASSIGN_OR_RETURN(const auto session, AskAccounts<pb::SignInResponse>(request, "SignIn", sign_in));
  request.exchange.Json(
      200, ordered_json{{"access_token", session.access_token()}, {"token_type", "bearer"}}.dump());
  return absl::OkStatus();
}

absl::Status OldApi::UserInfo(Request& request) {
  const Member& member = request.signed_in->member;
  const Purse& purse = *request.signed_in->purse;
  request.exchange.Json(200, ordered_json{{"username", member.username},
                                          {"bankroll", purse.bankroll.MajorUnits(purse.currency)},
                                          {"risk", domain::RiskLevelName(purse.risk)},
                                          {"role", static_cast<int>(member.role)}}
                                 .dump());
  return absl::OkStatus();
}

absl::Status OldApi::ChangePassword(Request& request) {
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  pb::ChangePasswordRequest change;
  ASSIGN_OR_RETURN(*change.mutable_current_password(), parameters.Text("current_password"));
  ASSIGN_OR_RETURN(*change.mutable_new_password(), parameters.Text("new_password"));
  RETURN_IF_ERROR(
      AskAccounts<pb::ChangePasswordResponse>(request, "ChangePassword", change).status());
  Say(request.exchange, "Password changed successfully");
  return absl::OkStatus();
}

absl::Status OldApi::ChangeBankroll(Request& request) {
  const std::string& currency = request.signed_in->purse->currency;
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  ASSIGN_OR_RETURN(const Money bankroll,
                   Required("new_bankroll", parameters.OptionalMoney("new_bankroll", currency)));
  pb::SetBankrollRequest change;
  change.set_bankroll_minor_units(bankroll.minor_units);
  change.set_request_id(request.exchange.Header("Idempotency-Key"));
  RETURN_IF_ERROR(AskAccounts<pb::SetBankrollResponse>(request, "SetBankroll", change).status());
  Say(request.exchange, "Bankroll changed successfully");
  return absl::OkStatus();
}

absl::Status OldApi::ChangeRisk(Request& request) {
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  ASSIGN_OR_RETURN(const RiskLevel risk, Required("new_risk", parameters.OptionalRisk("new_risk")));
  pb::SetRiskRequest change;
  change.set_risk(ToProto(risk));
  RETURN_IF_ERROR(AskAccounts<pb::SetRiskResponse>(request, "SetRisk", change).status());
  Say(request.exchange, "Risk level changed successfully");
  return absl::OkStatus();
}

absl::Status OldApi::AdminChange(Request& request) {
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  pb::UpdateUserRequest change;
  change.set_username(request.name);
  ASSIGN_OR_RETURN(const auto name, parameters.OptionalText("new_username"));
  ASSIGN_OR_RETURN(const auto bankroll, parameters.OptionalNumber("new_bankroll"));
  ASSIGN_OR_RETURN(const auto risk, parameters.OptionalRisk("new_risk"));
  ASSIGN_OR_RETURN(const auto role, parameters.OptionalRole("new_role"));
  if (name) change.set_new_username(*name);
  if (bankroll) change.set_new_bankroll(*bankroll);
  change.set_new_risk(ToProto(risk));
  if (role) change.set_new_role(static_cast<int>(*role));
  RETURN_IF_ERROR(AskAccounts<pb::UpdateUserResponse>(request, "UpdateUser", change).status());
  Say(request.exchange, "User " + request.name + " datas changed.");
  return absl::OkStatus();
}

absl::Status OldApi::AdminDelete(Request& request) {
  pb::DeleteUserRequest deletion;
  deletion.set_username(request.name);
  RETURN_IF_ERROR(AskAccounts<pb::DeleteUserResponse>(request, "DeleteUser", deletion).status());
  Say(request.exchange, "User " + request.name + " deleted");
  return absl::OkStatus();
}

}  // namespace fairline::auth_gateway
