#pragma once
// What serving needs from outside: the registry, the lake, the published views.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "services/prediction/app/forecast/model.hpp"
#include "services/prediction/app/forecast/season_data.hpp"

namespace fairline::prediction {

class ModelRegistry {
 public:
  virtual ~ModelRegistry() = default;
  // None when the sport has no production version yet.
  [[nodiscard]] virtual absl::StatusOr<std::optional<ProductionVersion>> Production(
      std::string_view sport) = 0;
};

class ModelLoader {
 public:
  virtual ~ModelLoader() = default;
  // Checks hash and size before parsing.
  [[nodiscard]] virtual absl::StatusOr<std::shared_ptr<const ForecastModel>> Load(
      const ProductionVersion& version) = 0;
};

// The replay state that preprocessing saved last, without the bytes.
struct StateStamp {
  Instant as_of;
  std::int64_t data_version = 0;

  friend bool operator==(const StateStamp&, const StateStamp&) = default;
};

struct SavedState {
  StateStamp stamp;
  std::string bytes;
};

class SportsData {
 public:
  virtual ~SportsData() = default;
  [[nodiscard]] virtual absl::StatusOr<DataVersion> ReadDataVersion() = 0;
  [[nodiscard]] virtual absl::StatusOr<SeasonDataRows> Read(Instant as_of) = 0;
  // None when there is no state made under that catalogue and known by `as_of`.
  [[nodiscard]] virtual absl::StatusOr<std::optional<StateStamp>> LatestState(
      const std::string& catalogue_hash, Instant as_of) = 0;
  [[nodiscard]] virtual absl::StatusOr<SavedState> ReadState(const std::string& catalogue_hash,
                                                             Instant as_of) = 0;
};

}  // namespace fairline::prediction
