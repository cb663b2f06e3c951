#include "services/auth_gateway/rest/path_template.hpp"

#include <algorithm>

namespace fairline::auth_gateway {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool IsFieldName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

bool IsUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) {
      return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    const unsigned lead = byte(i);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xC0U) != 0x80U) return false;
    }
    const unsigned second = byte(i + 1);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
      return false;
    }
    i += length;
  }
  return true;
}

std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = HexDigit(text[i + 1]);
      const int low = HexDigit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    decoded += c;
  }
  if (!IsUtf8(decoded)) return std::nullopt;
  return decoded;
}

absl::StatusOr<std::vector<QueryPair>> ParseQuery(std::string_view query) {
  std::vector<QueryPair> pairs;
  for (const std::string_view part : Split(query, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    auto name = PercentDecode(part.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::string()
                                                  : PercentDecode(part.substr(equals + 1), true);
    if (!name || !value) return absl::InvalidArgumentError("an escape in the parameters is broken");
    pairs.push_back({*std::move(name), *std::move(value)});
  }
  return pairs;
}

absl::StatusOr<PathTemplate> PathTemplate::Parse(std::string_view text) {
  const auto refuse = [&](std::string_view reason) {
    return absl::InvalidArgumentError("path template " + std::string(text) + ": " +
                                      std::string(reason));
  };
  PathTemplate parsed;
  parsed.text_ = text;
  if (text.empty() || text.front() != '/') return refuse("must begin with /");
  std::string_view rest = text.substr(1);
  if (const std::size_t colon = rest.rfind(':');
      colon != std::string_view::npos && rest.find('/', colon) == std::string_view::npos) {
    parsed.verb_ = rest.substr(colon + 1);
    if (!IsFieldName(parsed.verb_)) return refuse("has an empty or odd verb");
    rest = rest.substr(0, colon);
  }
  for (const std::string_view part : Split(rest, '/')) {
    if (part.empty()) return refuse("has an empty segment");
    if (part.front() == '{') {
      if (part.back() != '}') return refuse("has an open brace");
      const std::string_view field = part.substr(1, part.size() - 2);
      if (!IsFieldName(field)) return refuse("only plain {field} variables are supported");
      parsed.segments_.push_back({true, std::string(field)});
    } else {
      if (part.find_first_of("{}*%:") != std::string_view::npos) {
        return refuse("has a segment that is neither literal nor variable");
      }
      parsed.segments_.push_back({false, std::string(part)});
    }
  }
  return parsed;
}

std::optional<std::vector<PathTemplate::Binding>> PathTemplate::Match(std::string_view path) const {
  if (path.empty() || path.front() != '/') return std::nullopt;
  path.remove_prefix(1);
  if (!verb_.empty()) {
    if (path.size() <= verb_.size() || !path.ends_with(verb_) ||
        path[path.size() - verb_.size() - 1] != ':') {
      return std::nullopt;
    }
    path.remove_suffix(verb_.size() + 1);
  }
  const std::vector<std::string_view> parts = Split(path, '/');
  if (parts.size() != segments_.size()) return std::nullopt;
  std::vector<Binding> bindings;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!segments_[i].variable) {
      if (parts[i] != segments_[i].text) return std::nullopt;
      continue;
    }
    auto value = PercentDecode(parts[i], false);
    if (!value || value->empty()) return std::nullopt;
    bindings.push_back({segments_[i].text, *std::move(value)});
  }
  return bindings;
}

std::vector<std::string> PathTemplate::Fields() const {
  std::vector<std::string> fields;
  for (const Segment& segment : segments_) {
    if (segment.variable) fields.push_back(segment.text);
  }
  return fields;
}

bool PathTemplate::MoreSpecificThan(const PathTemplate& other) const {
  if (verb_.empty() != other.verb_.empty()) return !verb_.empty();
  const std::size_t common = std::min(segments_.size(), other.segments_.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (segments_[i].variable != other.segments_[i].variable) return !segments_[i].variable;
  }
  return false;
}

}  // namespace fairline::auth_gateway
