#pragma once
// From an HTTP request to the bytes of the gRPC request: body, path, query and account together.

#include <optional>
#include <string>
#include <vector>

#include <google/protobuf/dynamic_message.h>

#include "fairline/sports/v1/sports.pb.h"

#include "services/accounts/app/identity/account.hpp"
#include "services/auth_gateway/rest/route_table.hpp"

namespace fairline::auth_gateway {

using namespace accounts;

struct RestInput {
  std::vector<PathTemplate::Binding> path = {};
  std::vector<QueryPair> query = {};
  std::string body = "";
  bool body_is_content = false;      // the body is the field `content`, not JSON
  std::string idempotency_key = "";  // header Idempotency-Key: fills the field request_id
  std::string last_event_id = "";    // header Last-Event-ID: fills the field resume_token
};

// As services take them.
[[nodiscard]] sports::v1::OpenBets ToProto(const std::vector<OpenBet>& open_bets);

class RequestBuilder {
 public:
  // `factory` outlives this. Thread-safe.
  explicit RequestBuilder(google::protobuf::DynamicMessageFactory& factory) : factory_(factory) {}

  // `account` is present whenever the route fills fields from it, and `open_bets` are its own where
  // the route asks for them. InvalidArgument names the field: unknown, of a wrong shape, sent
  // twice, or filled from the account and yet sent.
  [[nodiscard]] absl::StatusOr<std::string> Build(const Route& route, const RestInput& input,
                                                  const std::optional<Account>& account,
                                                  const std::vector<OpenBet>& open_bets = {});

 private:
  google::protobuf::DynamicMessageFactory& factory_;
};

}  // namespace fairline::auth_gateway
