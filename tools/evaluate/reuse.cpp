#include "tools/evaluate/reuse.hpp"

#include <fstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libs/core/sha256.hpp"

namespace fairline::evaluate {
namespace {

namespace fs = std::filesystem;

template <typename Element>
std::string_view BytesOf(const std::vector<Element>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Element)};
}

class ReusingForecaster final : public models::Forecaster {
 public:
  ReusingForecaster(std::shared_ptr<const models::Forecaster> forecaster, fs::path folder,
                    std::string key)
      : forecaster_(std::move(forecaster)), folder_(std::move(folder)), key_(std::move(key)) {}

  absl::StatusOr<models::Forecasts> Forecast(const models::WalkForwardStep& step) const override {
    const fs::path path = folder_ / Sha256Hex(fmt::format("{} {}", key_, step.season));
    models::Forecasts forecasts(step.wanted.size(), step.matches.outcomes);
    const auto bytes = static_cast<std::streamsize>(forecasts.values().size_bytes());
    std::ifstream in(path, std::ios::binary);
    if (in.read(reinterpret_cast<char*>(forecasts.values().data()), bytes)) return forecasts;
    ASSIGN_OR_RETURN(forecasts, forecaster_->Forecast(step));
    const fs::path unfinished = path.string() + ".part";
    std::ofstream out(unfinished, std::ios::binary);
    out.write(reinterpret_cast<const char*>(forecasts.values().data()), bytes);
    out.close();
    std::error_code error;
    if (out) fs::rename(unfinished, path, error);
    if (!out || error) return absl::UnavailableError("cannot write " + path.string());
    return forecasts;
  }

 private:
  std::shared_ptr<const models::Forecaster> forecaster_;
  fs::path folder_;
  std::string key_;
};

}  // namespace

std::string HashOf(const models::MatchTable& matches) {
  std::string parts;
  parts += Sha256Hex(BytesOf(matches.features));
  parts += Sha256Hex(BytesOf(matches.days));
  parts += Sha256Hex(BytesOf(matches.seasons));
  parts += Sha256Hex(BytesOf(matches.competitions));
  parts += Sha256Hex(BytesOf(matches.results));
  return Sha256Hex(parts);
}

std::shared_ptr<const models::Forecaster> Reusing(
    std::shared_ptr<const models::Forecaster> forecaster, fs::path folder, std::string data_hash,
    std::string description) {
  return std::make_shared<ReusingForecaster>(std::move(forecaster), std::move(folder),
                                             data_hash + " " + description);
}

}  // namespace fairline::evaluate
