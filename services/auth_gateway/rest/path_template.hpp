#pragma once
// The path of a google.api.http rule: "/v1/models/{model}/aliases/{alias}:move". Variables take
// one whole segment each; the wildcards of the full grammar are refused.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"

namespace fairline::auth_gateway {

// "%41" to "A"; with `plus_is_space` also "+" to " ". Absent when an escape is broken or the
// result is not UTF-8 or holds a NUL.
[[nodiscard]] std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space);

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool IsUtf8(std::string_view text);

// "a=1&b=x%20y" in order; InvalidArgument when an escape is broken.
struct QueryPair {
  std::string name;
  std::string value;
};
[[nodiscard]] absl::StatusOr<std::vector<QueryPair>> ParseQuery(std::string_view query);

class PathTemplate {
 public:
  struct Binding {
    std::string field;
    std::string value;
  };

  [[nodiscard]] static absl::StatusOr<PathTemplate> Parse(std::string_view text);

  // The variables' values when `path` (percent-encoded, without query) has this shape. A segment
  // is decoded after it is cut, so an encoded slash stays inside its segment.
  [[nodiscard]] std::optional<std::vector<Binding>> Match(std::string_view path) const;

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::vector<std::string> Fields() const;

  // More specific templates sort first: a verb before none, then literals before variables.
  [[nodiscard]] bool MoreSpecificThan(const PathTemplate& other) const;

 private:
  struct Segment {
    bool variable = false;
    std::string text;  // the literal, or the field's name
  };
  std::string text_;
  std::vector<Segment> segments_;
  std::string verb_;
};

}  // namespace fairline::auth_gateway
