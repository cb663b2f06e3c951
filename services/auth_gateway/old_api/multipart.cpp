#include "services/auth_gateway/old_api/multipart.hpp"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>

namespace fairline::auth_gateway {
namespace {

constexpr std::size_t kMaxParts = 100;
constexpr std::size_t kMaxBoundary = 70;  // RFC 2046, section 5.1.1

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

std::string_view Trim(std::string_view text) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(View(text));
  return {trimmed.data(), trimmed.size()};
}

// The value of parameter `wanted` in `kind; name=value; other="quoted; value"`; nothing when
// absent. A backslash in quotes takes the next character as it is.
std::string Parameter(std::string_view header, std::string_view wanted) {
  std::size_t at = header.find(';');
  while (at != std::string_view::npos) {
    const std::size_t equals = header.find('=', at);
    if (equals == std::string_view::npos) return {};
    const std::string_view name = Trim(header.substr(at + 1, equals - at - 1));
    std::string value;
    at = equals + 1;
    if (at < header.size() && header[at] == '"') {
      for (++at; at < header.size() && header[at] != '"'; ++at) {
        if (header[at] == '\\' && at + 1 < header.size()) ++at;
        value += header[at];
      }
      at = header.find(';', at);
    } else {
      const std::size_t end = header.find(';', at);
      value = Trim(header.substr(at, end == std::string_view::npos ? end : end - at));
      at = end;
    }
    if (absl::EqualsIgnoreCase(View(name), View(wanted))) return value;
  }
  return {};
}

// The field of one part: its header lines, an empty line, its value.
absl::StatusOr<FormField> ReadPart(std::string_view part) {
  FormField field;
  for (;;) {
    const std::size_t end = part.find("\r\n");
    if (end == std::string_view::npos) return InvalidField("body", "has a part without a value");
    const std::string_view line = part.substr(0, end);
    part.remove_prefix(end + 2);
    if (line.empty()) break;
    constexpr std::string_view kDisposition = "Content-Disposition:";
    if (absl::StartsWithIgnoreCase(View(line), View(kDisposition))) {
      field.name = Parameter(line.substr(kDisposition.size()), "name");
    }
  }
  if (field.name.empty()) return InvalidField("body", "has a part without a name");
  field.value = part;
  return field;
}

}  // namespace

bool IsMultipartForm(std::string_view content_type) {
  return absl::EqualsIgnoreCase(View(Trim(content_type.substr(0, content_type.find(';')))),
                                "multipart/form-data");
}

absl::StatusOr<std::vector<FormField>> ReadMultipartForm(std::string_view content_type,
                                                         std::string_view body) {
  const std::string boundary = Parameter(content_type, "boundary");
  if (boundary.empty() || boundary.size() > kMaxBoundary) {
    return InvalidField("body", "is a multipart form whose type names no boundary");
  }
  const std::string delimiter = "\r\n--" + boundary;
  const std::string_view first = std::string_view(delimiter).substr(2);
  std::vector<FormField> fields;
  if (!body.starts_with(first)) return InvalidField("body", "does not begin with its boundary");
  body.remove_prefix(first.size());
  while (!body.starts_with("--")) {
    const std::size_t end = body.starts_with("\r\n") ? body.find(delimiter, 2) : body.npos;
    if (end == body.npos) return InvalidField("body", "does not end with its boundary");
    if (fields.size() == kMaxParts) return InvalidField("body", "has more than 100 parts");
    ASSIGN_OR_RETURN(FormField field, ReadPart(body.substr(2, end - 2)));
    fields.push_back(std::move(field));
    body.remove_prefix(end + delimiter.size());
  }
  return fields;
}

}  // namespace fairline::auth_gateway
