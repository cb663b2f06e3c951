#pragma once
// The schemas of the services, in the order in which their migrations run: each may refer to those
// before it.

#include <array>

#include "libs/storage/migrations.hpp"

namespace fairline {

inline constexpr auto kSchemaOwners = std::to_array<storage::SchemaOwner>({
    {"sports", "ingest", "fairline_ingest"},
    {"features", "preprocessing", "fairline_preprocessing"},
    {"registry", "model_registry", "fairline_registry"},
    {"training", "training", "fairline_training"},
    {"prediction", "prediction", "fairline_prediction"},
    {"accounts", "accounts", "fairline_accounts"},
    {"pipeline", "pipeline", "fairline_pipeline"},
});

}  // namespace fairline
