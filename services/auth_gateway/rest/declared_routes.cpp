#include "services/auth_gateway/rest/declared_routes.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <google/protobuf/dynamic_message.h>

#include "libs/core/call_scope.hpp"
#include "libs/rpc/access.hpp"
#include "libs/telemetry/log.hpp"
#include "services/auth_gateway/peers/bearer.hpp"
#include "services/auth_gateway/peers/caller.hpp"
#include "services/auth_gateway/rest/json_printer.hpp"
#include "services/auth_gateway/rest/stream_events.hpp"

namespace fairline::auth_gateway {
namespace {

constexpr std::chrono::seconds kCallTimeout{10};
constexpr std::chrono::minutes kStreamTimeout{60};
// Each takes a thread of its service for as long as it lasts.
constexpr int kMaxStreams = 24;

std::string Joined(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : ", ") + word;
  return joined;
}

std::string MediaTypeOf(const std::string& content_type) {
  std::string type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.pop_back();
  return type;
}

bool IsJson(const std::string& type) {
  return type.empty() || type == "application/json" || type.ends_with("+json");
}

AccountsClient::Facts FactsFor(const Route& route) {
  if (route.TakesFact(api::v1::ACCOUNT_FIELD_OPEN_BETS)) {
    return AccountsClient::Facts::kPurseWithOpenBets;
  }
  const bool member_is_enough = std::all_of(
      route.from_account.begin(), route.from_account.end(),
      [](const AccountBinding& binding) { return binding.fact == api::v1::ACCOUNT_FIELD_USER_ID; });
  return member_is_enough ? AccountsClient::Facts::kMember : AccountsClient::Facts::kPurse;
}

bool ChangesAccounts(const Route& route) {
  return route.http_method != "GET" && route.service.starts_with("fairline.accounts.v1.");
}

}  // namespace

bool DeclaredRoutes::Handle(Exchange& exchange) {
  RouteTable::Match match = table_.Find(exchange.method, exchange.path);
  if (match.route == nullptr) {
    if (match.allowed.empty()) return false;
    exchange.response.Set("Allow", Joined(match.allowed));
    exchange.Fail(Problem{405, "this path takes " + Joined(match.allowed), {}});
    return true;
  }
  const Route& route = *match.route;
  exchange.route = route.method->full_name();
  RestInput input;
  input.path = std::move(match.bindings);
  const std::string type = MediaTypeOf(exchange.Header("Content-Type"));
  input.body_is_content = route.request_content != nullptr && type == route.media_type;
  if (route.takes_body && !exchange.request.body.empty() && !input.body_is_content &&
      !IsJson(type)) {
    std::string allowed = "application/json";
    if (route.request_content != nullptr) allowed += " or " + route.media_type;
    exchange.Fail(Problem{415, "the body must be " + allowed, {}});
    return true;
  }
  const absl::Status status = Answer(route, std::move(input), exchange);
  if (!status.ok()) {
    if (absl::IsInternal(status) || absl::IsUnknown(status)) {
      telemetry::Error("request failed", {{"route", exchange.route}, {"error", status.ToString()}});
    }
    exchange.Fail(status);
  }
  return true;
}

absl::StatusOr<std::string> DeclaredRoutes::Print(const Route& route, const std::string& bytes) {
  const std::unique_ptr<google::protobuf::Message> message(
      factory_.GetPrototype(&route.response())->New());
  if (!message->ParseFromString(bytes)) {
    return absl::InternalError("cannot read the answer of " + route.rpc_path);
  }
  if (route.answer_content == nullptr) return PrintJson(*message);
  return message->GetReflection()->GetString(*message, route.answer_content);
}

absl::Status DeclaredRoutes::Answer(const Route& route, RestInput input, Exchange& exchange) {
  auto signed_in = Authenticate(accounts_, exchange, FactsFor(route));
  // An old token must not keep anybody from signing in again.
  if (!signed_in.ok() && route.access == api::v1::ACCESS_PUBLIC &&
      absl::IsUnauthenticated(signed_in.status())) {
    signed_in = std::optional<SignedIn>();
  }
  RETURN_IF_ERROR(signed_in.status());
  rpc::Caller caller = CallerOf(*signed_in);
  RETURN_IF_ERROR(rpc::CheckAccess(route.access, caller));
  if (*signed_in && (*signed_in)->member.Excluded()) {
    if (route.betting) return absl::PermissionDeniedError((*signed_in)->member.exclusion_notice);
    // Advice that comes along with a forecast is left out, as for a free account.
    if (route.access != api::v1::ACCESS_ADMIN) caller.role = rpc::kRoleFree;
  }

  ASSIGN_OR_RETURN(input.query, ParseQuery(exchange.query));
  input.body = exchange.request.body;
  input.idempotency_key = exchange.Header("Idempotency-Key");
  input.last_event_id = exchange.Header("Last-Event-ID");
  ASSIGN_OR_RETURN(const std::string request, builder_.Build(route, input, *signed_in));

  if (route.method->server_streaming()) {
    return Stream(route, request, OutgoingFor(caller, key_, exchange.trace, kStreamTimeout),
                  exchange);
  }
  const rpc::Outgoing outgoing = OutgoingFor(caller, key_, exchange.trace, kCallTimeout);
  const CallScope on_behalf(outgoing.deadline,
                            *signed_in ? fmt::format("user {}", caller.user_id) : "");
  const auto response = upstream_.Call(route.service, route.rpc_path, request,
                                       exchange.request.client_address, outgoing);
  if (*signed_in && ChangesAccounts(route)) accounts_.Forget((*signed_in)->member);
  RETURN_IF_ERROR(response.status());
  ASSIGN_OR_RETURN(const std::string body, Print(route, *response));
  if (route.answer_content == nullptr) {
    exchange.Json(200, body);
  } else {
    exchange.response.status = 200;
    exchange.response.Set("Content-Disposition", "attachment");
    exchange.response.SetBody(body, route.media_type + "; charset=utf-8");
  }
  return absl::OkStatus();
}

absl::Status DeclaredRoutes::Stream(const Route& route, const std::string& request,
                                    const rpc::Outgoing& outgoing, Exchange& exchange) {
  if (streams_.fetch_add(1) >= kMaxStreams || ending_) {
    streams_.fetch_sub(1);
    return absl::UnavailableError("too many streams are open; try again shortly");
  }
  auto counted = std::shared_ptr<void>(nullptr, [this](void*) { streams_.fetch_sub(1); });
  ASSIGN_OR_RETURN(auto stream, upstream_.Open(route.service, route.rpc_path, request, outgoing));
  const auto events = std::make_shared<StreamEvents>(
      std::move(stream), exchange.trace.trace_id, std::move(counted),
      [this, &route](const std::string& bytes) { return Print(route, bytes); });
  // The first message or failure decides the status code.
  RETURN_IF_ERROR(events->AwaitFirst(kCallTimeout));
  exchange.response.status = 200;
  exchange.response.content_type = "text/event-stream";
  exchange.response.Set("X-Accel-Buffering", "no");
  exchange.response.events = events;
  return absl::OkStatus();
}

}  // namespace fairline::auth_gateway
