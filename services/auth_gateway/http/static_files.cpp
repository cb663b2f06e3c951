#include "services/auth_gateway/http/static_files.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "libs/core/sha256.hpp"

namespace fairline::auth_gateway {
namespace {

std::string TypeOf(const std::filesystem::path& path) {
  static const std::map<std::string, std::string> kTypes = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".webmanifest", "application/manifest+json"},
      {".txt", "text/plain; charset=utf-8"},
  };
  const auto found = kTypes.find(path.extension().string());
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

struct Part {
  std::size_t begin = 0;
  std::size_t size = 0;  // 0 when the file has nothing of it
};

// The one part that "bytes=2-5", "bytes=2-" or "bytes=-4" asks for. Several parts, and what is not
// understood, ask for the whole (RFC 9110, section 14.2).
std::optional<Part> PartOf(std::string_view range, std::size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!range.starts_with(kUnit)) return std::nullopt;
  range.remove_prefix(kUnit.size());
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view text) -> std::optional<std::size_t> {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || error != std::errc{}) return std::nullopt;
    return value;
  };
  const std::string_view first_text = range.substr(0, dash);
  const std::string_view last_text = range.substr(dash + 1);
  const auto first = number(first_text);
  const auto last = number(last_text);
  if ((!first && !first_text.empty()) || (!last && !last_text.empty())) return std::nullopt;
  if (!first) {
    if (!last) return std::nullopt;
    return Part{size - std::min(*last, size), std::min(*last, size)};
  }
  if (last && *last < *first) return std::nullopt;
  if (*first >= size) return Part{};
  return Part{*first, std::min(last.value_or(size), size - 1) - *first + 1};
}

}  // namespace

absl::StatusOr<StaticFiles> StaticFiles::Load(const std::filesystem::path& folder) {
  StaticFiles loaded;
  std::error_code error;
  auto entry = std::filesystem::recursive_directory_iterator(folder, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    if (entry->path().filename().string().front() == '.') {
      if (entry->is_directory()) entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file()) continue;
    std::ifstream stream(entry->path(), std::ios::binary);
    File file;
    file.bytes.assign(std::istreambuf_iterator<char>(stream), {});
    file.type = TypeOf(entry->path());
    file.etag = '"' + Sha256Hex(file.bytes).substr(0, 32) + '"';
    const std::string name = "/" + entry->path().lexically_relative(folder).generic_string();
    loaded.files_.insert_or_assign(name, std::move(file));
  }
  const auto index = loaded.files_.find("/index.html");
  if (index == loaded.files_.end()) {
    return absl::NotFoundError("no index.html in " + folder.string());
  }
  loaded.files_.insert_or_assign("/", index->second);
  return loaded;
}

bool StaticFiles::Handle(Exchange& exchange) const {
  const auto found = files_.find(exchange.path);
  if (found == files_.end()) return false;
  exchange.route = "static";
  if (exchange.method != "GET") {
    exchange.response.Set("Allow", "GET, HEAD");
    exchange.Fail(Problem{405, "this path takes GET", {}});
    return true;
  }
  const File& file = found->second;
  exchange.response.Set("ETag", file.etag);
  exchange.response.Set("Cache-Control", "no-cache");
  if (exchange.Header("If-None-Match").find(file.etag) != std::string::npos) {
    exchange.response.status = 304;
    return true;
  }
  exchange.response.Set("Accept-Ranges", "bytes");
  exchange.response.status = 200;
  std::string bytes = file.bytes;
  const std::string range = exchange.Header("Range");
  const std::string only_if = exchange.Header("If-Range");
  const auto part =
      only_if.empty() || only_if == file.etag ? PartOf(range, bytes.size()) : std::optional<Part>();
  if (part && part->size == 0) {
    exchange.response.Set("Content-Range", fmt::format("bytes */{}", bytes.size()));
    exchange.Fail(Problem{416, "the file is not that long", {}});
    return true;
  }
  if (part) {
    exchange.response.status = 206;
    exchange.response.Set("Content-Range", fmt::format("bytes {}-{}/{}", part->begin,
                                                       part->begin + part->size - 1, bytes.size()));
    bytes = bytes.substr(part->begin, part->size);
  }
  exchange.response.SetBody(std::move(bytes), file.type);
  return true;
}

}  // namespace fairline::auth_gateway
