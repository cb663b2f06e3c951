#include "libs/models/fit_cache.hpp"

#include "libs/core/sha256.hpp"

namespace fairline::models {
namespace {

constexpr std::size_t kDigestSize = 64;

template <typename T>
void AppendBytes(std::string& bytes, const T* values, std::size_t count) {
  bytes.append(reinterpret_cast<const char*>(values), count * sizeof(T));
}

}  // namespace

TableDigest::TableDigest(const MatchTable& matches) {
  digests_.reserve(matches.size() * kDigestSize);
  std::string bytes;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const std::int64_t day = matches.days[i].time_since_epoch().count();
    bytes.clear();
    AppendBytes(bytes, &day, 1);
    AppendBytes(bytes, &matches.seasons[i], 1);
    AppendBytes(bytes, &matches.competitions[i], 1);
    AppendBytes(bytes, &matches.results[i], 1);
    const auto row = matches.all_features().row(i);
    AppendBytes(bytes, row.data(), row.size());
    digests_ += Sha256Hex(bytes);
  }
}

std::string TableDigest::Of(const Rows& rows) const {
  std::string chosen;
  chosen.reserve(rows.size() * kDigestSize);
  for (const std::uint32_t row : rows) chosen.append(digests_, row * kDigestSize, kDigestSize);
  return Sha256Hex(chosen);
}

std::string DigestOf(const Forecasts& column, const Rows& rows) {
  std::string bytes;
  bytes.reserve(rows.size() * column.outcomes() * sizeof(double));
  for (const std::uint32_t row : rows)
    AppendBytes(bytes, column.row(row).data(), column.outcomes());
  return Sha256Hex(bytes);
}

}  // namespace fairline::models
