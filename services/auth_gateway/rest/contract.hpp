#pragma once
// The protos as protoc compiled them, with their comments: what the REST surface is built from.

#include <memory>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "libs/core/status.hpp"

namespace fairline::auth_gateway {

class Contract {
 public:
  // From the descriptor set built into this program. Internal when it cannot be read.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Contract>> Load();

  [[nodiscard]] const google::protobuf::DescriptorPool& pool() const { return pool_; }
  // Every gRPC service of the fairline packages, in the order of their files.
  [[nodiscard]] const std::vector<const google::protobuf::ServiceDescriptor*>& services() const {
    return services_;
  }

 private:
  Contract() = default;
  google::protobuf::DescriptorPool pool_;
  std::vector<const google::protobuf::ServiceDescriptor*> services_;
};

// The comment before a message, field, method, enum or value, on one line; empty without one.
template <typename Descriptor>
[[nodiscard]] std::string CommentOf(const Descriptor& descriptor) {
  google::protobuf::SourceLocation location;
  if (!descriptor.GetSourceLocation(&location)) return "";
  std::string comment;
  for (const char c : location.leading_comments) {
    const char plain = c == '\n' ? ' ' : c;
    if (plain == ' ' && (comment.empty() || comment.back() == ' ')) continue;
    comment += plain;
  }
  while (!comment.empty() && comment.back() == ' ') comment.pop_back();
  return comment;
}

}  // namespace fairline::auth_gateway
