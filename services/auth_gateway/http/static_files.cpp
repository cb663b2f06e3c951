#include "services/auth_gateway/http/static_files.hpp"

#include <fstream>
#include <iterator>

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
    exchange.response.set_header("Allow", "GET, HEAD");
    exchange.Fail(Problem{405, "this path takes GET", {}});
    return true;
  }
  const File& file = found->second;
  exchange.response.set_header("ETag", file.etag);
  exchange.response.set_header("Cache-Control", "no-cache");
  if (exchange.Header("If-None-Match").find(file.etag) != std::string::npos) {
    exchange.response.status = 304;
    return true;
  }
  exchange.response.status = 200;
  exchange.response.set_content(file.bytes, file.type);
  return true;
}

}  // namespace fairline::auth_gateway
