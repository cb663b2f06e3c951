#include "services/auth_gateway/http/request_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>

namespace fairline::auth_gateway {
namespace {

// RFC 9110, section 5.6.2.
bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return absl::ascii_isalnum(c) || kMarks.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool IsVisible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

// Bytes above 0x7f may stand in a field (obs-text); control bytes may not, but for the tab.
bool IsFieldValue(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c == '\t' || (c >= ' ' && c != 0x7f); });
}

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool Is(std::string_view name, std::string_view other) {
  return absl::EqualsIgnoreCase({name.data(), name.size()}, {other.data(), other.size()});
}

// Never handed on. The library answers Expect and Range by itself, and believes the last four.
bool IsWithheld(std::string_view name) {
  constexpr std::array<std::string_view, 8> kWithheld = {
      "Range",       "If-Range",    "Expect",     "Content-Encoding",
      "REMOTE_ADDR", "REMOTE_PORT", "LOCAL_ADDR", "LOCAL_PORT"};
  return std::any_of(kWithheld.begin(), kWithheld.end(),
                     [&](std::string_view withheld) { return Is(name, withheld); });
}

// The next line without its CRLF, taken off `rest`; false when it does not end in CRLF alone.
bool TakeLine(std::string_view& rest, std::string_view& line) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos || end == 0 || rest[end - 1] != '\r') return false;
  line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  return line.find('\r') == std::string_view::npos;
}

// 0 or the refusal. `needs_host`: the version is HTTP/1.1.
int CheckRequestLine(std::string_view line, bool& needs_host) {
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || target_end <= method_end) return 400;
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  const std::string_view version = line.substr(target_end + 1);
  if (!IsToken(line.substr(0, method_end)) || target.empty() || !IsVisible(target)) return 400;
  if (target.size() > kMaxTargetBytes) return 414;
  if (version.size() != 8 || !version.starts_with("HTTP/") || version[6] != '.') return 400;
  needs_host = version == "HTTP/1.1";
  return needs_host || version == "HTTP/1.0" ? 0 : 505;
}

int CheckLength(std::string_view value, std::size_t max_body_bytes, std::size_t& length) {
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  const bool whole = end == value.data() + value.size() && !value.empty();
  if (whole && error == std::errc::result_out_of_range) return 413;
  if (!whole || error != std::errc{}) return 400;
  return length > max_body_bytes ? 413 : 0;
}

struct Counts {
  std::size_t fields = 0, hosts = 0, lengths = 0;
};

int CheckField(std::string_view name, std::string_view value, std::size_t max_body_bytes,
               Counts& counts, RequestHead& head) {
  if (!IsToken(name) || !IsFieldValue(value)) return 400;
  if (++counts.fields > kMaxFields) return 431;
  if (Is(name, "Host") && ++counts.hosts > 1) return 400;
  if (Is(name, "Transfer-Encoding")) return 411;
  if (Is(name, "Content-Encoding") && !Is(value, "identity")) return 415;
  if (Is(name, "Expect")) {
    if (!Is(value, "100-continue")) return 417;
    head.expects_continue = true;
  }
  if (Is(name, "Content-Length")) {
    if (++counts.lengths > 1) return 400;
    return CheckLength(value, max_body_bytes, head.body_bytes);
  }
  return 0;
}

// 0 or the refusal.
int Check(std::string_view rest, std::size_t max_body_bytes, RequestHead& head) {
  std::string_view line;
  bool needs_host = false;
  if (!TakeLine(rest, line)) return 400;
  if (const int refusal = CheckRequestLine(line, needs_host)) return refusal;
  head.text.append(line).append("\r\n");
  Counts counts;
  for (;;) {
    if (!TakeLine(rest, line)) return 400;
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return 400;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = Trim(line.substr(colon + 1));
    if (const int refusal = CheckField(name, value, max_body_bytes, counts, head)) return refusal;
    if (!IsWithheld(name)) head.text.append(name).append(": ").append(value).append("\r\n");
  }
  head.text.append("\r\n");
  return rest.empty() && (counts.hosts == 1 || !needs_host) ? 0 : 400;
}

}  // namespace

RequestHead CheckHead(std::string_view head, std::size_t max_body_bytes) {
  RequestHead checked;
  checked.text.reserve(head.size());
  checked.refusal = Check(head, max_body_bytes, checked);
  return checked;
}

}  // namespace fairline::auth_gateway
