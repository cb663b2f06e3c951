#pragma once
// From an HTTP request to the bytes of the gRPC request: body, path, query and account together.

#include <optional>
#include <string>
#include <vector>

#include <google/protobuf/dynamic_message.h>

#include "services/auth_gateway/peers/signed_in.hpp"
#include "services/auth_gateway/rest/route_table.hpp"

namespace fairline::auth_gateway {

struct RestInput {
  std::vector<PathTemplate::Binding> path = {};
  std::vector<QueryPair> query = {};
  std::string body = "";
  bool body_is_content = false;      // the body is the field `content`, not JSON
  std::string idempotency_key = "";  // header Idempotency-Key: fills the field request_id
  std::string last_event_id = "";    // header Last-Event-ID: fills the field resume_token
};

class RequestBuilder {
 public:
  // `factory` outlives this. Thread-safe.
  explicit RequestBuilder(google::protobuf::DynamicMessageFactory& factory) : factory_(factory) {}

  // `signed_in` is present whenever the route fills fields from the account, with what it fills.
  // InvalidArgument names the field: unknown, of a wrong shape, sent twice, or filled from the
  // account and yet sent.
  [[nodiscard]] absl::StatusOr<std::string> Build(const Route& route, const RestInput& input,
                                                  const std::optional<SignedIn>& signed_in);

 private:
  google::protobuf::DynamicMessageFactory& factory_;
};

}  // namespace fairline::auth_gateway
