#include "services/auth_gateway/http/request_parser.hpp"

#include <algorithm>

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>

namespace fairline::auth_gateway {
namespace {

namespace http = boost::beast::http;

std::string_view Std(boost::beast::string_view text) { return {text.data(), text.size()}; }

bool Is(std::string_view text, std::string_view other) {
  return absl::EqualsIgnoreCase({text.data(), text.size()}, {other.data(), other.size()});
}

bool IsVisible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

// Bytes above 0x7f may stand in a field (obs-text); control bytes may not, but for the tab.
bool IsFieldValue(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c == '\t' || (c >= ' ' && c != 0x7f); });
}

// Empty, or a name or address with perhaps a port (RFC 3986, section 3.2).
bool IsHost(std::string_view text) {
  return IsVisible(text) && text.find_first_of("/?#@\\,<>\"{}|^`") == std::string_view::npos;
}

bool IsDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return absl::ascii_isdigit(c); });
}

// The target in origin form; empty when it is of no form that a server answers. The authority of an
// absolute target says no more than Host does: this server has one name.
std::string_view OriginForm(std::string_view method, std::string_view target) {
  if (target.starts_with('/')) return target;
  if (target == "*") return method == "OPTIONS" ? target : std::string_view();
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!Is(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    if (end == 0 || !IsHost(target.substr(0, end))) return {};
    target.remove_prefix(end);
    if (target.empty()) return method == "OPTIONS" ? "*" : "/";
    return target.starts_with('/') ? target : std::string_view();
  }
  return {};
}

bool HasBareLineFeed(std::string_view bytes) {
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos;
       at = bytes.find('\n', at + 1)) {
    if (at == 0 || bytes[at - 1] != '\r') return true;
  }
  return false;
}

// Whether a request line ends in a version of HTTP, of whichever number.
bool NamesVersion(std::string_view bytes) {
  const std::string_view line = bytes.substr(0, bytes.find('\r'));
  const std::size_t blank = line.rfind(' ');
  if (blank == std::string_view::npos || std::count(line.begin(), line.end(), ' ') != 2)
    return false;
  const std::string_view version = line.substr(blank + 1);
  return version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.' &&
         IsDigits(version.substr(5, 1)) && IsDigits(version.substr(7));
}

}  // namespace

RequestParser::RequestParser(const HttpLimits& limits) : limits_(limits) {
  eager(true);
  header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  body_limit(limits.body_bytes);
}

std::size_t RequestParser::Put(std::string_view bytes) {
  std::size_t taken = 0;
  // An empty line before a request is passed over (RFC 9112, section 2.2).
  if (!got_some() && bytes.starts_with("\r\n")) taken = 2;
  if (!got_some() && bytes == "\r") return 0;
  input_ = bytes.substr(taken);
  Error error;
  if (!input_.empty()) taken += put({input_.data(), input_.size()}, error);
  if (error && error != http::error::need_more) {
    if (refusal_ == 0) refusal_ = StatusOf(error, input_);
    state_ = State::kRefused;
  } else if (state_ == State::kHead && HasBareLineFeed(input_)) {
    refusal_ = 400;  // some would take it for the end of the head; the parser waits for that
    state_ = State::kRefused;
  } else if (state_ == State::kBody && bytes.size() - taken > limits_.header_bytes) {
    refusal_ = 431;  // the line of a chunk, or trailers, without end
    state_ = State::kRefused;
  }
  input_ = {};
  return taken;
}

void RequestParser::Refuse(int status, Error& error) {
  refusal_ = status;
  error = http::error::bad_value;
}

int RequestParser::StatusOf(const Error& error, std::string_view bytes) const {
  if (error == http::error::header_limit) {
    // It may be the target that fills the head.
    return version_ == 0 && bytes.find('\r') == std::string_view::npos ? 414 : 431;
  }
  if (error == http::error::body_limit) return 413;
  if (error == http::error::bad_version && NamesVersion(bytes)) return 505;
  return 400;
}

void RequestParser::on_request_impl(Verb, View method, View target, int version, Error& error) {
  version_ = version;
  if (target.size() > limits_.target_bytes) return Refuse(414, error);
  if (!IsVisible(Std(target))) return Refuse(400, error);
  request_.method = Std(method);
  if (request_.method == "CONNECT") return Refuse(405, error);
  request_.target = OriginForm(request_.method, Std(target));
  if (request_.target.empty()) return Refuse(400, error);
}

void RequestParser::on_response_impl(int, View, int, Error&) {}

void RequestParser::on_field_impl(FieldName field, View name, View value, Error& error) {
  const std::string_view key = Std(name);
  const std::string_view text = Std(value);
  // The parser unfolds a field's lines into memory of its own, or skips the empty first ones.
  const char* const begin = key.data() + key.size();
  const bool in_place = text.data() >= begin && text.data() <= input_.data() + input_.size();
  if (!in_place || std::find(begin, text.data(), '\n') != text.data() || !IsFieldValue(text)) {
    return Refuse(400, error);
  }
  if (++fields_ > limits_.fields) return Refuse(431, error);
  if (state_ != State::kHead) return;  // trailers say nothing that is read
  if (const int refusal = CheckField(field, text)) return Refuse(refusal, error);
  request_.fields.push_back({std::string(key), std::string(text)});
}

int RequestParser::CheckField(FieldName field, std::string_view value) {
  switch (field) {
    case FieldName::host:
      return ++hosts_ > 1 || !IsHost(value) ? 400 : 0;
    case FieldName::content_length:
      return ++lengths_ > 1 || !IsDigits(value) || chunked_ ? 400 : 0;
    case FieldName::transfer_encoding:
      if (lengths_ > 0 || chunked_ || version_ != 11) return 400;
      chunked_ = true;
      return Is(value, "chunked") ? 0 : 501;
    case FieldName::content_encoding:
      return Is(value, "identity") ? 0 : 415;
    case FieldName::expect:
      // HTTP/1.0 knows no such thing (RFC 9110, section 10.1.1).
      expects_continue_ = version_ == 11;
      return !expects_continue_ || Is(value, "100-continue") ? 0 : 417;
    default:
      return 0;
  }
}

void RequestParser::on_header_impl(Error& error) {
  if (hosts_ == 0 && version_ == 11) return Refuse(400, error);
  state_ = State::kBody;
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) {
  // No more than has a chance to come soon: a length alone costs its sender nothing.
  constexpr std::uint64_t kAtOnce = 64 * 1024;
  if (length) request_.body.reserve(std::min(*length, kAtOnce));
}

std::size_t RequestParser::on_body_impl(View bytes, Error&) {
  request_.body.append(bytes.data(), bytes.size());
  return bytes.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t, View extensions, Error& error) {
  // A line feed here ends the line for some (the attack called TERM.EXT).
  if (!IsFieldValue(Std(extensions))) return Refuse(400, error);
  // Chunks of a byte each are mostly framing: bounded as the content is.
  constexpr std::size_t kLine = 5;
  framing_bytes_ += kLine + extensions.size();
  if (framing_bytes_ > limits_.body_bytes) return Refuse(413, error);
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View bytes, Error& error) {
  return on_body_impl(bytes, error);
}

void RequestParser::on_finish_impl(Error&) { state_ = State::kWhole; }

}  // namespace fairline::auth_gateway
