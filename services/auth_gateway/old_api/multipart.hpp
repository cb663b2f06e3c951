#pragma once
// Forms as multipart/form-data (RFC 7578), which some OAuth2 clients send. Small on purpose: fields
// of text, no files; linear in the size of the body. The HTTP library's own reader is not used: its
// regular expressions run for seconds, or out of stack, on a heading of some kilobytes.

#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"

namespace fairline::auth_gateway {

struct FormField {
  std::string name;
  std::string value;
};

// Whether a Content-Type is multipart/form-data, with whatever parameters.
[[nodiscard]] bool IsMultipartForm(std::string_view content_type);

// The fields in the order sent. InvalidArgument ("body: ...") when the type names no boundary, the
// body does not end with it, a part has no name, or there are more than 100 parts.
[[nodiscard]] absl::StatusOr<std::vector<FormField>> ReadMultipartForm(
    std::string_view content_type, std::string_view body);

}  // namespace fairline::auth_gateway
