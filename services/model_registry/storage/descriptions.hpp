#pragma once
// What versions were fitted on and what they hold, in the transaction of the caller.

#include <optional>
#include <string>
#include <vector>

#include <pqxx/pqxx>

#include "services/model_registry/app/model.hpp"

namespace fairline::model_registry {

// A catalogue that is known already is left as it is.
void SaveCatalogue(pqxx::work& tx, const FeatureCatalogue& catalogue);
[[nodiscard]] std::optional<FeatureCatalogue> ReadCatalogue(pqxx::work& tx,
                                                            const std::string& hash);

void SaveModels(pqxx::work& tx, const std::string& model, std::int32_t version,
                const std::vector<DescribedModel>& models);
[[nodiscard]] std::vector<DescribedModel> ReadModels(pqxx::work& tx, const std::string& model,
                                                     std::int32_t version);

}  // namespace fairline::model_registry
