#include "services/auth_gateway/old_api/old_api.hpp"

#include "libs/telemetry/log.hpp"
#include "services/auth_gateway/rest/declared_routes.hpp"

namespace fairline::auth_gateway {
namespace {

constexpr std::chrono::seconds kCallTimeout{10};

}  // namespace

OldApi::OldApi(Accounts& accounts, const rpc::IdentityKey& key, const Upstream& upstream)
    : accounts_(accounts), key_(key), championships_(upstream), upstream_(upstream) {
  Add("GET", "/status", Needs::kVersion, &OldApi::ShowStatus, "Whether the API answers.");
  Add("GET", "/available_championships", Needs::kVersion, &OldApi::AvailableChampionships,
      "The championships and their teams of the current season.");
  Add("POST", "/signup", Needs::kNothing, &OldApi::SignUpUser, "Opens an account.");
  Add("POST", "/login", Needs::kNothing, &OldApi::LogIn,
      "OAuth2 password form; answers a bearer token that lives 60 minutes.");
  Add("GET", "/user_info", Needs::kUser, &OldApi::UserInfo, "The signed-in account.");
  Add("POST", "/championship/{name}/calendar", Needs::kUser, &OldApi::Calendar,
      "Coming matches with odds, probabilities and advice; premium accounts only.");
  Add("POST", "/predict", Needs::kUser, &OldApi::Predict, "Probabilities of one pairing.");
  Add("POST", "/change/password", Needs::kUser, &OldApi::ChangePassword, "Changes the password.");
  Add("POST", "/change/bankroll", Needs::kUser, &OldApi::ChangeBankroll, "Sets the bankroll.");
  Add("POST", "/change/risk", Needs::kUser, &OldApi::ChangeRisk, "Sets the risk level.");
  Add("PUT", "/admin/change/{user}", Needs::kAdmin, &OldApi::AdminChange,
      "Changes another account.");
  Add("DELETE", "/admin/delete/user/{user}", Needs::kAdmin, &OldApi::AdminDelete,
      "Deletes an account.");
}

void OldApi::Add(const char* http_method, const char* path, Needs needs, Method method,
                 const char* summary) {
  routes_.push_back({http_method, PathTemplate::Parse(path).value(), needs, method, summary});
}

std::vector<OldRouteDescription> OldApi::Describe() const {
  std::vector<OldRouteDescription> described;
  for (const Route& route : routes_) {
    described.push_back({route.http_method, route.path.text(), route.summary,
                         route.needs != Needs::kNothing,
                         route.needs == Needs::kUser || route.needs == Needs::kAdmin});
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
  exchange.response.set_header("Allow", allowed);
  exchange.Fail(Problem{405, "this path takes " + allowed, {}});
  return true;
}

absl::Status OldApi::Run(const Route& route, Request& request) {
  if (route.needs != Needs::kNothing && request.exchange.Header("api-version") != "1") {
    return absl::InvalidArgumentError("the header api-version must be 1");
  }
  if (route.needs == Needs::kUser || route.needs == Needs::kAdmin) {
    ASSIGN_OR_RETURN(request.signed_in, Authenticate(accounts_, request.exchange));
    if (!request.signed_in) return absl::UnauthenticatedError("sign in first");
  }
  if (route.needs == Needs::kAdmin && request.signed_in->account.role != Role::kAdmin) {
    return absl::PermissionDeniedError("only an admin may do this");
  }
  return (this->*route.method)(request);
}

rpc::Outgoing OldApi::Outgoing(const Request& request) const {
  return OutgoingFor(CallerOf(request.signed_in), key_, request.exchange.trace, kCallTimeout);
}

}  // namespace fairline::auth_gateway
