#include "services/auth_gateway/http/response_text.hpp"

#include <algorithm>
#include <ctime>

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_split.h>
#include <fmt/format.h>
#include <zlib.h>

#include "services/auth_gateway/http/problem.hpp"

namespace fairline::auth_gateway {
namespace {

constexpr std::size_t kWorthPacking = 1024;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

bool IsText(std::string_view type) {
  if (type == "text/event-stream") return false;
  return type.starts_with("text/") || type.starts_with("application/json") ||
         type.starts_with("application/problem+json") || type.starts_with("image/svg+xml");
}

// Accept-Encoding names gzip, without the weight 0.
bool TakesGzip(const HttpRequest& request) {
  const std::string accepted = request.Field("Accept-Encoding");
  for (const absl::string_view coding : absl::StrSplit(View(accepted), ',')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(coding, ';');
    if (!absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parts.front()), "gzip")) continue;
    const absl::string_view weight =
        parts.size() < 2 ? "q=1" : absl::StripAsciiWhitespace(parts.back());
    return weight != "q=0" && !absl::StartsWith(weight, "q=0.0");
  }
  return false;
}

// Empty when zlib fails, or the text would not become shorter.
std::string Gzip(const std::string& text) {
  constexpr int kLevel = 5;
  constexpr int kGzipWindow = 15 + 16;
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string packed(text.size(), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  packed.resize(whole ? stream.total_out : 0);
  deflateEnd(&stream);
  return packed;
}

// As RFC 9110 wants a date, made once a second.
const std::string& Date() {
  thread_local std::time_t made_at = 0;
  thread_local std::string made;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    made =
        fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[utc.tm_wday], utc.tm_mday,
                    kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
    made_at = now;
  }
  return made;
}

void Add(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ");
  for (const char c : value) text += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  text.append("\r\n");
}

}  // namespace

bool HasBody(const HttpResponse& response, const Delivery& delivery) {
  return !delivery.head && response.status != 304 && response.status != 204;
}

std::string HeadText(const HttpResponse& response, const Delivery& delivery) {
  std::string text;
  text.reserve(768);
  text.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  text.append(ReasonPhrase(response.status)).append("\r\n");
  Add(text, "Date", Date());
  if (!response.content_type.empty()) Add(text, "Content-Type", response.content_type);
  if (response.events) {
    if (delivery.http11) Add(text, "Transfer-Encoding", "chunked");
  } else if (response.status != 204) {
    // A 304 has no body either, but clients are known that wait for one when no length says so.
    Add(text, "Content-Length", std::to_string(response.body.size()));
  }
  if (delivery.closes) {
    Add(text, "Connection", "close");
  } else if (!delivery.http11) {
    Add(text, "Connection", "keep-alive");
  }
  for (const HttpField& field : response.fields) Add(text, field.name, field.value);
  return text.append("\r\n");
}

void Pack(const HttpRequest& request, HttpResponse& response) {
  if (response.status == 206 || !IsText(response.content_type)) return;
  response.Set("Vary", "Accept-Encoding");
  if (response.body.size() < kWorthPacking || !TakesGzip(request)) return;
  std::string packed = Gzip(response.body);
  if (packed.empty()) return;
  response.body = std::move(packed);
  response.Set("Content-Encoding", "gzip");
  for (HttpField& field : response.fields) {
    if (field.name == "ETag" && field.value.starts_with('"')) field.value.insert(0, "W/");
  }
}

std::string Chunk(const std::string& text) {
  std::string chunk = fmt::format("{:x}\r\n", text.size());
  return chunk.append(text).append("\r\n");
}

}  // namespace fairline::auth_gateway
