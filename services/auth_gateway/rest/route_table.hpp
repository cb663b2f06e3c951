#pragma once
// Every RPC with a google.api.http rule, as a route. An RPC for services only is never routable.

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "fairline/api/v1/options.pb.h"

#include "services/auth_gateway/rest/contract.hpp"
#include "services/auth_gateway/rest/path_template.hpp"

namespace fairline::auth_gateway {

// A request field that the account fills.
struct AccountBinding {
  const google::protobuf::FieldDescriptor* field;
  api::v1::AccountField fact;
};

struct Route {
  std::string http_method;  // GET, POST, ...
  PathTemplate path;
  bool takes_body = false;  // body: "*"; otherwise what is not in the path is in the query
  api::v1::Access access = api::v1::ACCESS_UNSPECIFIED;
  // Helps to bet: refused to accounts that have excluded themselves.
  bool betting = false;
  // Of bodies that are one field's text instead of JSON, and those fields; null where it is JSON.
  std::string media_type = {};
  const google::protobuf::FieldDescriptor* request_content = nullptr;
  const google::protobuf::FieldDescriptor* answer_content = nullptr;
  std::vector<AccountBinding> from_account;
  // Fields (by number) that the client must not put into the body or the query, and why.
  std::map<int, std::string> refused;
  const google::protobuf::MethodDescriptor* method = nullptr;
  std::string service;   // "fairline.ingest.v1.IngestService"
  std::string rpc_path;  // "/fairline.ingest.v1.IngestService/ListBatches"

  [[nodiscard]] bool TakesFact(api::v1::AccountField fact) const {
    return std::any_of(from_account.begin(), from_account.end(),
                       [&](const AccountBinding& binding) { return binding.fact == fact; });
  }
  [[nodiscard]] const google::protobuf::Descriptor& request() const {
    return *method->input_type();
  }
  [[nodiscard]] const google::protobuf::Descriptor& response() const {
    return *method->output_type();
  }
};

class RouteTable {
 public:
  struct Match {
    const Route* route = nullptr;  // null: no route of that method
    std::vector<PathTemplate::Binding> bindings;
    std::vector<std::string> allowed;  // methods that the path does have; empty: no such path
  };

  // InvalidArgument when an annotation makes no sense: an RPC without an access rule, a service
  // RPC with a route, a variable without its field, two routes of one shape, a client stream.
  [[nodiscard]] static absl::StatusOr<RouteTable> Build(const Contract& contract);

  [[nodiscard]] Match Find(std::string_view http_method, std::string_view path) const;
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;  // the most specific first
};

}  // namespace fairline::auth_gateway
