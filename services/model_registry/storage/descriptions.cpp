#include "services/model_registry/storage/descriptions.hpp"

#include <nlohmann/json.hpp>

namespace fairline::model_registry {
namespace {

using nlohmann::ordered_json;

constexpr const char* kAddCatalogue =
    "INSERT INTO registry.catalogues (catalogue_hash, sport, revision) VALUES ($1, $2, $3) "
    "ON CONFLICT (catalogue_hash) DO NOTHING";
constexpr const char* kAddFeature =
    "INSERT INTO registry.catalogue_features "
    "  (catalogue_hash, position, name, meaning, unit, source, block) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)";
constexpr const char* kGetCatalogue =
    "SELECT sport, revision FROM registry.catalogues WHERE catalogue_hash = $1";
constexpr const char* kGetFeatures =
    "SELECT name, meaning, unit, source, block FROM registry.catalogue_features "
    "WHERE catalogue_hash = $1 ORDER BY position";
constexpr const char* kAddModel =
    "INSERT INTO registry.version_models "
    "  (model, version, position, name, kind, serves, anchored, inputs, weights, description) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8::json, $9::json, nullif($10, '')::json)";
constexpr const char* kGetModels =
    "SELECT name, kind, serves, anchored, inputs::text, weights::text, "
    "  coalesce(description::text, '') "
    "FROM registry.version_models WHERE model = $1 AND version = $2 ORDER BY position";

}  // namespace

void SaveCatalogue(pqxx::work& tx, const FeatureCatalogue& catalogue) {
  const auto added =
      tx.exec_params(kAddCatalogue, catalogue.hash, catalogue.sport, catalogue.revision);
  if (added.affected_rows() == 0) return;
  int position = 0;
  for (const CatalogueFeature& feature : catalogue.features) {
    tx.exec_params(kAddFeature, catalogue.hash, position++, feature.name, feature.meaning,
                   feature.unit, feature.source, feature.block);
  }
}

std::optional<FeatureCatalogue> ReadCatalogue(pqxx::work& tx, const std::string& hash) {
  const auto rows = tx.exec_params(kGetCatalogue, hash);
  if (rows.empty()) return std::nullopt;
  FeatureCatalogue catalogue{.hash = hash,
                             .sport = rows[0][0].as<std::string>(),
                             .revision = rows[0][1].as<std::string>(),
                             .features = {}};
  for (const pqxx::row& row : tx.exec_params(kGetFeatures, hash)) {
    catalogue.features.push_back({.name = row[0].as<std::string>(),
                                  .meaning = row[1].as<std::string>(),
                                  .unit = row[2].as<std::string>(),
                                  .source = row[3].as<std::string>(),
                                  .block = row[4].as<std::string>()});
  }
  return catalogue;
}

void SaveModels(pqxx::work& tx, const std::string& model, std::int32_t version,
                const std::vector<DescribedModel>& models) {
  int position = 0;
  for (const DescribedModel& described : models) {
    ordered_json weights = ordered_json::object();
    for (const InputWeight& weight : described.weights) weights[weight.input] = weight.weight;
    tx.exec_params(kAddModel, model, version, position++, described.name, described.kind,
                   described.serves, described.anchored, ordered_json(described.inputs).dump(),
                   weights.dump(), described.description);
  }
}

std::vector<DescribedModel> ReadModels(pqxx::work& tx, const std::string& model,
                                       std::int32_t version) {
  std::vector<DescribedModel> models;
  for (const pqxx::row& row : tx.exec_params(kGetModels, model, version)) {
    DescribedModel described{
        .name = row[0].as<std::string>(),
        .kind = row[1].as<std::string>(),
        .serves = row[2].as<std::string>(),
        .anchored = row[3].as<bool>(),
        .inputs = ordered_json::parse(row[4].as<std::string>()).get<std::vector<std::string>>(),
        .weights = {},
        .description = row[6].as<std::string>()};
    const ordered_json weights = ordered_json::parse(row[5].as<std::string>());
    for (const auto& [input, weight] : weights.items()) {
      described.weights.push_back({input, weight.get<double>()});
    }
    models.push_back(std::move(described));
  }
  return models;
}

}  // namespace fairline::model_registry
