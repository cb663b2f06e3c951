#pragma once
// JSON to and from protobuf's binary form by descriptor alone: no generated code of the message
// is needed, and the bytes go to gRPC as they are.

#include <map>
#include <memory>
#include <string>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/type_resolver.h>

#include "libs/core/status.hpp"

namespace fairline::auth_gateway {

class JsonCodec {
 public:
  // `pool` outlives this. Thread-safe.
  explicit JsonCodec(const google::protobuf::DescriptorPool& pool);
  ~JsonCodec();

  // Checks strictly (CheckJson, which explains `refused`), then translates.
  [[nodiscard]] absl::StatusOr<std::string> ToBinary(
      const google::protobuf::Descriptor& message, const std::string& json,
      const std::map<int, std::string>& refused = {}) const;

  // snake_case names, default values printed, 64-bit integers as strings.
  [[nodiscard]] absl::StatusOr<std::string> ToJson(const google::protobuf::Descriptor& message,
                                                   const std::string& binary) const;

 private:
  std::unique_ptr<google::protobuf::util::TypeResolver> resolver_;
};

}  // namespace fairline::auth_gateway
