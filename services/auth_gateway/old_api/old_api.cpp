#include "services/auth_gateway/old_api/old_api.hpp"

#include "libs/telemetry/log.hpp"
#include "services/auth_gateway/peers/bearer.hpp"
#include "services/auth_gateway/peers/caller.hpp"

namespace fairline::auth_gateway {
namespace {

constexpr std::chrono::seconds kCallTimeout{10};

}  // namespace

OldApi::OldApi(AccountsClient& accounts, const rpc::IdentityKey& key, const Upstream& upstream)
    : accounts_(accounts), key_(key), championships_(upstream), upstream_(upstream) {
  Add("GET", "/status", Needs::kVersion, &OldApi::ShowStatus, "Whether the API answers.");
  Add("GET", "/available_championships", Needs::kVersion, &OldApi::AvailableChampionships,
      "The championships and their teams of the current season.");
  Add("POST", "/signup", Needs::kNothing, &OldApi::SignUpUser, "Opens an account.");
  Add("POST", "/login", Needs::kNothing, &OldApi::LogIn,
      "OAuth2 password form; answers a bearer token that lives 60 minutes.");
  Add("GET", "/user_info", Needs::kPurse, &OldApi::UserInfo, "The signed-in account.");
  Add("POST", "/championship/{name}/calendar", Needs::kPurseWithOpenBets, &OldApi::Calendar,
      "Coming matches with odds, probabilities and advice; premium accounts only.");
  Add("POST", "/predict", Needs::kPurseWithOpenBets, &OldApi::Predict,
      "Probabilities of one pairing.");
  Add("POST", "/change/password", Needs::kMember, &OldApi::ChangePassword, "Changes the password.");
  Add("POST", "/change/bankroll", Needs::kPurse, &OldApi::ChangeBankroll, "Sets the bankroll.");
  Add("POST", "/change/risk", Needs::kMember, &OldApi::ChangeRisk, "Sets the risk level.");
  Add("PUT", "/admin/change/{user}", Needs::kAdmin, &OldApi::AdminChange,
      "Changes another account.");
  Add("DELETE", "/admin/delete/user/{user}", Needs::kAdmin, &OldApi::AdminDelete,
      "Deletes an account.");
}

bool OldApi::SignedInFor(Needs needs) {
  return needs != Needs::kNothing && needs != Needs::kVersion;
}

void OldApi::Add(const char* http_method, const char* path, Needs needs, Method method,
                 const char* summary) {
  routes_.push_back({http_method, PathTemplate::Parse(path).value(), needs, method, summary});
}

std::vector<OldRouteDescription> OldApi::Describe() const {
  std::vector<OldRouteDescription> described;
  for (const Route& route : routes_) {
    described.push_back({route.http_method, route.path.text(), route.summary,
                         route.needs != Needs::kNothing, SignedInFor(route.needs)});
  }
  return described;
}

bool OldApi::Handle(Exchange& exchange) {
  std::string allowed;
  for (const Route& route : routes_) {
    const auto bindings = route.path.Match(exchange.path);
    if (!bindings) continue;
    if (route.http_method != exchange.method) {
      allowed = route.http_method;
      continue;
    }
    exchange.route = route.path.text();
    Request request{exchange, std::nullopt, bindings->empty() ? "" : bindings->front().value};
    const absl::Status status = Run(route, request);
    if (!status.ok()) {
      if (absl::IsInternal(status) || absl::IsUnknown(status)) {
        telemetry::Error("request failed",
                         {{"route", exchange.route}, {"error", status.ToString()}});
      }
      exchange.Fail(status);
    }
    return true;
  }
  if (allowed.empty()) return false;
  exchange.response.Set("Allow", allowed);
  exchange.Fail(Problem{405, "this path takes " + allowed, {}});
  return true;
}

absl::Status OldApi::Run(const Route& route, Request& request) {
  if (route.needs != Needs::kNothing && request.exchange.Header("api-version") != "1") {
    return absl::InvalidArgumentError("the header api-version must be 1");
  }
  if (SignedInFor(route.needs)) {
    AccountsClient::Facts facts = AccountsClient::Facts::kMember;
    if (route.needs == Needs::kPurse) facts = AccountsClient::Facts::kPurse;
    if (route.needs == Needs::kPurseWithOpenBets) facts = AccountsClient::Facts::kPurseWithOpenBets;
    ASSIGN_OR_RETURN(request.signed_in, Authenticate(accounts_, request.exchange, facts));
    if (!request.signed_in) return absl::UnauthenticatedError("sign in first");
  }
  if (route.needs == Needs::kAdmin && request.signed_in->member.role != Role::kAdmin) {
    return absl::PermissionDeniedError("only an admin may do this");
  }
  return (this->*route.method)(request);
}

absl::Status OldApi::InOldWords(std::string_view method, const absl::Status& status) {
  std::vector<FieldViolation> violations = ViolationsOf(status);
  if (violations.empty()) return status;
  for (FieldViolation& violation : violations) {
    if (violation.field == "bankroll_minor_units") {
      violation.field = method == "SetBankroll" ? "new_bankroll" : "bankroll";
    } else if (violation.field == "new_bankroll_minor_units") {
      violation.field = "new_bankroll";
    }
  }
  return FieldErrors(status.code(), violations);
}

rpc::Outgoing OldApi::Outgoing(const Request& request) const {
  return OutgoingFor(CallerOf(request.signed_in), key_, request.exchange.trace, kCallTimeout);
}

}  // namespace fairline::auth_gateway
