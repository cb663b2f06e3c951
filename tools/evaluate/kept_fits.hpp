#pragma once
// Fits kept on disk between runs, so that trying out a pool does not fit its members again.

#include <filesystem>

#include "libs/models/fit_cache.hpp"

namespace fairline::evaluate {

// One file a fit in `folder`, which must exist, named by its key: data, recipe entry and season. A
// key cannot know that the code of a model has changed: empty the folder then. What others could
// have written there must not be loaded (see models::LoadModel).
class KeptFits final : public models::FitCache {
 public:
  explicit KeptFits(std::filesystem::path folder) : folder_(std::move(folder)) {}
  [[nodiscard]] absl::StatusOr<std::optional<std::string>> Find(std::string_view key) override;
  [[nodiscard]] absl::Status Save(std::string_view key, std::string_view bytes) override;

 private:
  std::filesystem::path folder_;
};

}  // namespace fairline::evaluate
