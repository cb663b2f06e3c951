#include "libs/rpc/access.hpp"

#include <google/protobuf/descriptor.h>

namespace fairline::rpc {

api::v1::Access DeclaredAccess(const std::string& method) {
  const google::protobuf::MethodDescriptor* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(method);
  if (descriptor == nullptr) return api::v1::ACCESS_UNSPECIFIED;
  return descriptor->options().GetExtension(api::v1::access);
}

absl::Status CheckAccess(api::v1::Access access, const Caller& caller) {
  if (access == api::v1::ACCESS_UNSPECIFIED) {
    return absl::PermissionDeniedError("the method declares no access rule");
  }
  if (caller.kind == CallerKind::kService || access == api::v1::ACCESS_PUBLIC) {
    return absl::OkStatus();
  }
  if (access == api::v1::ACCESS_SERVICE) {
    return absl::PermissionDeniedError("only other services may call this");
  }
  if (caller.kind != CallerKind::kUser) return absl::UnauthenticatedError("sign in first");
  if (access == api::v1::ACCESS_ADMIN && caller.role != kRoleAdmin) {
    return absl::PermissionDeniedError("only an admin may do this");
  }
  if (access == api::v1::ACCESS_PREMIUM && caller.role != kRolePremium &&
      caller.role != kRoleAdmin) {
    return absl::PermissionDeniedError("only premium accounts may do this");
  }
  return absl::OkStatus();
}

}  // namespace fairline::rpc
