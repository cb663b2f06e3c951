#pragma once
// What the protos declare of a request's fields, checked in one place for every RPC (rpc::Serve).

#include <string>
#include <string_view>

#include <google/protobuf/message.h>

#include "libs/core/status.hpp"

namespace fairline::rpc {

// InvalidArgument naming every field, of the message and of those within it ("bets[3].odds"), that
//   - is REQUIRED (google.api.field_behavior) and absent. A field without presence is absent when
//     it is empty, 0 or unspecified;
//   - is a number that is not finite, unless an infinite one is declared to have a meaning
//     (fairline.api.v1.may_be_infinite); NaN never has;
//   - is an enum of a number that its type does not declare.
[[nodiscard]] absl::Status CheckContract(const google::protobuf::Message& request);

[[nodiscard]] bool IsRequired(const google::protobuf::FieldDescriptor& field);

// A string field that was renamed: what was sent, and under which of the two names. Both are empty
// when nothing was. InvalidArgument when the two were sent and differ.
struct RenamedText {
  std::string field;
  std::string text;
};
[[nodiscard]] absl::StatusOr<RenamedText> ReadRenamed(const google::protobuf::Message& request,
                                                      const std::string& name,
                                                      const std::string& former_name);

}  // namespace fairline::rpc
