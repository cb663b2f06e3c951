#include "services/preprocessing/app/match_features.hpp"

#include <string>

namespace fairline::preprocessing {

absl::StatusOr<MatchFeatures> FeaturesOf(MatchId match, FeatureStore& store, Deadline deadline) {
  std::vector<std::string> hashes;
  std::vector<const features::FeatureCatalogue*> catalogues;
  for (const std::string_view sport : features::ReplaySports()) {
    ASSIGN_OR_RETURN(const auto replay, features::MakeReplay(sport));
    catalogues.push_back(&replay->catalogue());
    hashes.push_back(catalogues.back()->hash());
  }
  ASSIGN_OR_RETURN(const FeatureStore::StoredRow row, store.RowOf(match, hashes, deadline));
  for (const features::FeatureCatalogue* catalogue : catalogues) {
    if (catalogue->hash() != row.catalogue_hash) continue;
    if (catalogue->size() != row.values.size()) break;
    MatchFeatures named;
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      named.push_back({catalogue->features()[i].name, row.values[i]});
    }
    return named;
  }
  return absl::InternalError("a stored feature row does not fit its catalogue");
}

}  // namespace fairline::preprocessing
