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
