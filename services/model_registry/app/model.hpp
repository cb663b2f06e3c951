#pragma once
// The registry's nouns. An experiment holds runs; a run that produced a bundle of models registers
// it as a version of a registered model; an alias ("production") names one version of a model.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/date.hpp"

namespace fairline::model_registry {

inline constexpr std::string_view kProduction = "production";
inline constexpr std::string_view kQualityTag = "quality";

struct Parameter {
  std::string key;
  std::string value;
};

struct Metric {
  std::string key;
  double value = 0.0;
  std::int64_t step = 0;
};

struct Tag {
  std::string key;
  std::string value;
};

enum class RunState : std::int16_t { kRunning = 1, kFinished = 2, kFailed = 3 };

struct Run {
  std::string run_id;       // UUID
  std::int64_t number = 0;  // ascending with time over all experiments
  std::string experiment;
  std::string name;
  RunState state = RunState::kRunning;
  Instant started_at;
  std::optional<Instant> ended_at;
  std::vector<Parameter> parameters;
  std::vector<Metric> metrics;
  std::vector<Tag> tags;
};

struct CatalogueFeature {
  std::string name;
  std::string meaning;
  std::string unit;
  std::string source;
  std::string block;
};

// What each column of a feature row means; the hash stands for all of it.
struct FeatureCatalogue {
  std::string hash;
  std::string sport;
  std::string revision;
  std::vector<CatalogueFeature> features;  // in the order of the columns
};

struct InputWeight {
  std::string input;
  double weight = 0.0;
};

// One model of a bundle, as it describes itself.
struct DescribedModel {
  std::string name;
  std::string kind;       // "trees", "pool", ...
  std::string serves;     // the information set that it answers for; empty when only others read it
  bool anchored = false;  // corrects the market line of the match itself
  std::vector<std::string> inputs = {};   // features, and models before it
  std::vector<InputWeight> weights = {};  // of a pool's members
  std::string description = {};           // JSON; empty for nothing
};

struct ModelVersion {
  std::string model;
  std::int32_t version = 0;  // 1, 2, ... per model
  std::string run_id;
  std::string bundle_sha256;  // of the bundle's manifest, hex
  std::string bundle_path;    // of the manifest in the lake
  std::string catalogue_hash;
  Instant created_at;
  std::vector<Tag> tags;
  std::vector<std::string> aliases;
  std::vector<Metric> metrics;
};

struct NewVersion {
  std::string request_id = {};  // empty: only the bundle's hash tells repetition
  std::string model;
  std::string run_id;
  std::string bundle_sha256;
  std::string bundle_path;
  std::string catalogue_hash;
  std::vector<Metric> metrics = {};
  FeatureCatalogue catalogue = {};
  std::vector<DescribedModel> models = {};  // in the order in which they read each other
};

// A version with what it was fitted on and what it holds.
struct VersionDescription {
  ModelVersion version;
  std::optional<FeatureCatalogue> catalogue;  // of old versions it was not kept
  std::vector<DescribedModel> models;
};

struct RegisteredModel {
  std::string model;
  std::int32_t latest_version = 0;
  std::optional<std::int32_t> production_version;
};

struct AliasMove {
  std::int64_t move_id = 0;
  std::string model;
  std::string alias;
  std::optional<std::int32_t> from_version = std::nullopt;  // the alias pointed nowhere
  std::int32_t to_version = 0;
  std::string actor;
  std::string reason;
  Instant moved_at{};
};

// What the gate said about a version, kept once.
struct Judgement {
  bool promoted = false;
  bool good = false;
  std::vector<std::string> reasons;  // one sentence a check
};

}  // namespace fairline::model_registry
