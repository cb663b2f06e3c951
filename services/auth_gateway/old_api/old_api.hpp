#pragma once
// The routes of the old football API, for its existing clients: same requests, same answers, right
// status codes. They end in the same use cases and RPCs as the declared routes.

#include <string>
#include <vector>

#include "services/auth_gateway/http/exchange.hpp"
#include "services/auth_gateway/old_api/championships.hpp"
#include "services/auth_gateway/peers/accounts_client.hpp"
#include "services/auth_gateway/rest/path_template.hpp"

namespace fairline::auth_gateway {

// What /openapi.json says about a route.
struct OldRouteDescription {
  std::string http_method;
  std::string path;
  std::string summary;
  bool versioned = true;  // needs the header api-version: 1
  bool signed_in = true;  // needs a bearer token
};

class OldApi {
 public:
  // Everything given outlives this.
  OldApi(AccountsClient& accounts, const rpc::IdentityKey& key, const Upstream& upstream);

  // False when the path is none of these routes. Thread-safe.
  [[nodiscard]] bool Handle(Exchange& exchange);

  [[nodiscard]] std::vector<OldRouteDescription> Describe() const;

 private:
  // The header api-version, and what of the signed-in account.
  enum class Needs { kNothing, kVersion, kMember, kPurse, kPurseWithOpenBets, kAdmin };
  struct Request {
    Exchange& exchange;
    std::optional<SignedIn> signed_in;  // present from kMember on
    std::string name;                   // the path's variable
  };
  using Method = absl::Status (OldApi::*)(Request&);
  struct Route {
    std::string http_method;
    PathTemplate path;
    Needs needs;
    Method method;
    std::string summary;
  };
  void Add(const char* http_method, const char* path, Needs needs, Method method,
           const char* summary);
  [[nodiscard]] static bool SignedInFor(Needs needs);
  [[nodiscard]] absl::Status Run(const Route& route, Request& request);

  // account_routes.cpp
  [[nodiscard]] absl::Status SignUpUser(Request& request);
  [[nodiscard]] absl::Status LogIn(Request& request);
  [[nodiscard]] absl::Status UserInfo(Request& request);
  [[nodiscard]] absl::Status ChangePassword(Request& request);
  [[nodiscard]] absl::Status ChangeBankroll(Request& request);
  [[nodiscard]] absl::Status ChangeRisk(Request& request);
  [[nodiscard]] absl::Status AdminChange(Request& request);
  [[nodiscard]] absl::Status AdminDelete(Request& request);
  // forecast_routes.cpp
  [[nodiscard]] absl::Status ShowStatus(Request& request);
  [[nodiscard]] absl::Status AvailableChampionships(Request& request);
  [[nodiscard]] absl::Status Calendar(Request& request);
  [[nodiscard]] absl::Status Predict(Request& request);

  [[nodiscard]] rpc::Outgoing Outgoing(const Request& request) const;
  // Calls a method of fairline.accounts.v1.AccountsService as the signed-in account. Errors name
  // fields as the old API calls them.
  template <typename Response>
  [[nodiscard]] absl::StatusOr<Response> AskAccounts(const Request& request, const char* method,
                                                     const google::protobuf::MessageLite& message) {
    return AskAccounts<Response>(request, method, message, Outgoing(request));
  }
  template <typename Response>
  [[nodiscard]] absl::StatusOr<Response> AskAccounts(const Request& request, const char* method,
                                                     const google::protobuf::MessageLite& message,
                                                     const rpc::Outgoing& outgoing) {
    auto answer = upstream_.Call<Response>("fairline.accounts.v1.AccountsService", method, message,
                                           request.exchange.request.client_address, outgoing);
    if (request.signed_in) accounts_.Forget(request.signed_in->member);
    if (!answer.ok()) return InOldWords(method, answer.status());
    return answer;
  }
  [[nodiscard]] static absl::Status InOldWords(std::string_view method, const absl::Status& status);
  // Calls a method of fairline.prediction.v1.PredictionService.
  template <typename Response>
  [[nodiscard]] absl::StatusOr<Response> AskPrediction(const Request& request, const char* method,
                                                       const google::protobuf::MessageLite& message,
                                                       const rpc::Outgoing& outgoing) const {
    return upstream_.Call<Response>("fairline.prediction.v1.PredictionService", method, message,
                                    request.exchange.request.client_address, outgoing);
  }

  AccountsClient& accounts_;
  const rpc::IdentityKey& key_;
  ChampionshipList championships_;
  const Upstream& upstream_;
  std::vector<Route> routes_;
};

}  // namespace fairline::auth_gateway
