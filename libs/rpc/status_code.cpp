#include "libs/rpc/status_code.hpp"

#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

#include "libs/core/no_room.hpp"
#include "libs/telemetry/log.hpp"

namespace fairline::rpc {
namespace {

constexpr std::size_t kMaxViolations = 10;
constexpr char kNoRoomReason[] = "NO_ROOM";
// What a gRPC server of its own accord says when all its threads are at work
// (kServerThreadpoolExhausted in src/cpp/server/server_cc.cc).
constexpr char kNoThreads[] = "Server Threadpool Exhausted";

// At a boundary of UTF-8.
std::string Cut(std::string text) {
  if (text.size() <= kMaxErrorText) return text;
  std::size_t end = kMaxErrorText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text + " ...";
}

// A serialized google.rpc.Status; "" when the error is about no field. An Unavailable always has
// one: by it IsTransportFailure tells a service's own word from the transport's.
std::string DetailsOf(const absl::Status& status, const std::string& message) {
  const std::vector<FieldViolation> violations = ViolationsOf(status);
  const bool no_room = IsNoRoom(status);
  if (violations.empty() && !no_room && !absl::IsUnavailable(status)) return {};
  google::rpc::BadRequest bad_request;
  for (std::size_t i = 0; i < violations.size() && i < kMaxViolations; ++i) {
    auto& violation = *bad_request.add_field_violations();
    violation.set_field(Cut(violations[i].field));
    violation.set_description(Cut(violations[i].reason));
  }
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(message);
  if (!violations.empty()) details.add_details()->PackFrom(bad_request);
  if (no_room) {
    google::rpc::ErrorInfo info;
    info.set_reason(kNoRoomReason);
    info.set_domain("fairline");
    details.add_details()->PackFrom(info);
  }
  return details.SerializeAsString();
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  if (status.code() == absl::StatusCode::kInternal || status.code() == absl::StatusCode::kUnknown) {
    return {grpc::StatusCode::INTERNAL, "internal error; the service's log has the details"};
  }
  // The numbers of the two enums are the same by design of Abseil.
  const std::string message = Cut(MessageOf(status));
  return {static_cast<grpc::StatusCode>(status.code()), message, DetailsOf(status, message)};
}

bool IsTransportFailure(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE && status.error_details().empty();
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
      status.error_message() == kNoThreads) {
    return absl::UnavailableError("the service has too many calls at once; try again shortly");
  }
  if (IsTransportFailure(status)) {
    telemetry::Warn("a peer cannot be reached", {{"error", status.error_message()}});
    return absl::UnavailableError(
        "a service that this needs cannot be reached just now; try again shortly");
  }
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  google::rpc::Status details;
  google::rpc::BadRequest bad_request;
  google::rpc::ErrorInfo info;
  bool no_room = false;
  std::vector<FieldViolation> violations;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      no_room = no_room || (detail.UnpackTo(&info) && info.reason() == kNoRoomReason);
      if (!detail.UnpackTo(&bad_request)) continue;
      for (const auto& violation : bad_request.field_violations()) {
        violations.push_back({violation.field(), violation.description()});
      }
    }
  }
  if (!violations.empty()) return FieldErrors(code, violations);
  if (no_room) return NoRoomError(status.error_message());
  return absl::Status(code, status.error_message());
}

}  // namespace fairline::rpc
