#include "tools/evaluate/kept_fits.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

namespace fairline::evaluate {

namespace fs = std::filesystem;

absl::StatusOr<std::optional<std::string>> KeptFits::Find(std::string_view key) {
  std::ifstream in(folder_ / key, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

absl::Status KeptFits::Save(std::string_view key, std::string_view bytes) {
  const fs::path path = folder_ / key;
  const fs::path unfinished = path.string() + ".part";
  std::ofstream out(unfinished, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  std::error_code error;
  if (out) fs::rename(unfinished, path, error);
  if (!out || error) return absl::UnavailableError("cannot write " + path.string());
  return absl::OkStatus();
}

}  // namespace fairline::evaluate
