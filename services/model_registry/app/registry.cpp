#include "services/model_registry/app/registry.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairline::model_registry {
namespace {

constexpr int kPageSize = 50;

constexpr std::size_t kMaxNameLength = 200;
constexpr std::size_t kMaxValueLength = 10'000;
constexpr int kJudgeAttempts = 5;

bool IsLowerHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

absl::Status CheckText(std::string_view field, std::string_view text,
                       std::size_t max_length = kMaxNameLength) {
  if (text.empty()) return InvalidField(field, "must not be empty");
  if (text.size() > max_length) {
    return InvalidField(field, fmt::format("must not be longer than {} bytes", max_length));
  }
  return absl::OkStatus();
}

// Names of models and aliases appear in REST paths.
absl::Status CheckName(std::string_view field, std::string_view name) {
  RETURN_IF_ERROR(CheckText(field, name));
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
  if (!plain) return InvalidField(field, "may hold a-z, 0-9, '_', '-' and '.' only");
  return absl::OkStatus();
}

absl::Status CheckRunId(std::string_view run_id) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  const bool matches =
      run_id.size() == kShape.size() &&
      std::equal(run_id.begin(), run_id.end(), kShape.begin(),
                 [](char c, char shape) { return shape == '-' ? c == '-' : IsLowerHex(c); });
  if (!matches) return InvalidField("run_id", "must be a UUID in lower case");
  return absl::OkStatus();
}

absl::Status CheckMetrics(const std::vector<Metric>& metrics) {
  for (const Metric& metric : metrics) {
    RETURN_IF_ERROR(CheckText("metrics.key", metric.key));
    if (!std::isfinite(metric.value)) {
      return InvalidField("metrics.value", fmt::format("{} is not a finite number", metric.key));
    }
  }
  return absl::OkStatus();
}

// Numbered lists go from the newest down.
absl::StatusOr<std::optional<std::int64_t>> Before(std::string_view token) {
  ASSIGN_OR_RETURN(const auto key, ParsePageToken<1>(token));
  return key ? std::optional(key->front()) : std::nullopt;
}

absl::Status CheckCatalogue(const FeatureCatalogue& catalogue, std::string_view hash) {
  if (catalogue.hash != hash) return InvalidField("catalogue.hash", "must be catalogue_hash");
  RETURN_IF_ERROR(CheckText("catalogue.sport", catalogue.sport));
  if (catalogue.features.empty()) return InvalidField("catalogue.features", "must not be empty");
  std::set<std::string_view> names;
  for (const CatalogueFeature& feature : catalogue.features) {
    RETURN_IF_ERROR(CheckText("catalogue.features.name", feature.name));
    RETURN_IF_ERROR(CheckText("catalogue.features.block", feature.block));
    if (!names.insert(feature.name).second) {
      return InvalidField("catalogue.features.name",
                          fmt::format("{} is there twice", feature.name));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckModels(const std::vector<DescribedModel>& models) {
  std::set<std::string_view> names;
  bool serves = false;
  for (const DescribedModel& model : models) {
    RETURN_IF_ERROR(CheckName("models.name", model.name));
    RETURN_IF_ERROR(CheckName("models.kind", model.kind));
    if (!names.insert(model.name).second) {
      return InvalidField("models.name", fmt::format("{} is there twice", model.name));
    }
    for (const InputWeight& weight : model.weights) {
      if (!std::isfinite(weight.weight)) {
        return InvalidField("models.weights.weight",
                            fmt::format("of {} is not a finite number", weight.input));
      }
    }
    if (!model.description.empty() && !nlohmann::json::accept(model.description)) {
      return InvalidField("models.description", fmt::format("of {} is not JSON", model.name));
    }
    serves = serves || !model.serves.empty();
  }
  if (!serves) return InvalidField("models", "at least one must serve");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> Registry::CreateRun(const std::string& request_id,
                                                const std::string& experiment,
                                                const std::string& name) {
  RETURN_IF_ERROR(CheckText("request_id", request_id));
  RETURN_IF_ERROR(CheckText("experiment", experiment));
  RETURN_IF_ERROR(CheckText("name", name));
  return store_->CreateRun(request_id, experiment, name);
}

absl::Status Registry::LogToRun(const std::string& run_id, const std::vector<Parameter>& parameters,
                                const std::vector<Metric>& metrics, const std::vector<Tag>& tags) {
  RETURN_IF_ERROR(CheckRunId(run_id));
  for (const Parameter& parameter : parameters) {
    RETURN_IF_ERROR(CheckText("parameters.key", parameter.key));
    if (parameter.value.size() > kMaxValueLength) {
      return InvalidField("parameters.value", fmt::format("of {} is too long", parameter.key));
    }
  }
  RETURN_IF_ERROR(CheckMetrics(metrics));
  for (const Tag& tag : tags) {
    RETURN_IF_ERROR(CheckText("tags.key", tag.key));
    if (tag.value.size() > kMaxValueLength) {
      return InvalidField("tags.value", fmt::format("of {} is too long", tag.key));
    }
  }
  return store_->LogToRun(run_id, parameters, metrics, tags);
}

absl::Status Registry::FinishRun(const std::string& run_id, RunState state) {
  RETURN_IF_ERROR(CheckRunId(run_id));
  if (state != RunState::kFinished && state != RunState::kFailed) {
    return InvalidField("state", "a run ends finished or failed");
  }
  return store_->EndRun(run_id, state);
}

absl::StatusOr<Page<Run>> Registry::ListRuns(const std::string& experiment,
                                             const PageRequest& page) {
  ASSIGN_OR_RETURN(const int size, PageSize(page.size, kPageSize));
  ASSIGN_OR_RETURN(const auto before, Before(page.token));
  ASSIGN_OR_RETURN(std::vector<Run> runs, store_->ListRuns(experiment, before, size + 1));
  return CutPage(std::move(runs), size, [](const Run& run) { return std::to_string(run.number); });
}

absl::StatusOr<Run> Registry::GetRun(const std::string& run_id) {
  RETURN_IF_ERROR(CheckRunId(run_id));
  return store_->GetRun(run_id);
}

absl::StatusOr<ModelVersion> Registry::RegisterVersion(const NewVersion& version) {
  RETURN_IF_ERROR(CheckName("model", version.model));
  RETURN_IF_ERROR(CheckRunId(version.run_id));
  if (version.bundle_sha256.size() != 64 ||
      !std::all_of(version.bundle_sha256.begin(), version.bundle_sha256.end(), IsLowerHex)) {
    return InvalidField("bundle_sha256", "must be 64 lower-case hex digits");
  }
  RETURN_IF_ERROR(CheckText("bundle_path", version.bundle_path, kMaxValueLength));
  RETURN_IF_ERROR(CheckText("catalogue_hash", version.catalogue_hash));
  RETURN_IF_ERROR(CheckMetrics(version.metrics));
  RETURN_IF_ERROR(CheckCatalogue(version.catalogue, version.catalogue_hash));
  RETURN_IF_ERROR(CheckModels(version.models));
  return store_->RegisterVersion(version);
}

absl::StatusOr<Page<RegisteredModel>> Registry::ListModels(const PageRequest& page) {
  ASSIGN_OR_RETURN(const int size, PageSize(page.size, kPageSize));
  ASSIGN_OR_RETURN(std::vector<RegisteredModel> models, store_->ListModels(page.token, size + 1));
  return CutPage(std::move(models), size, [](const RegisteredModel& model) { return model.model; });
}

absl::StatusOr<Page<ModelVersion>> Registry::ListVersions(const std::string& model,
                                                          const PageRequest& page) {
  RETURN_IF_ERROR(CheckName("model", model));
  ASSIGN_OR_RETURN(const int size, PageSize(page.size, kPageSize));
  ASSIGN_OR_RETURN(const auto before, Before(page.token));
  ASSIGN_OR_RETURN(std::vector<ModelVersion> versions,
                   store_->ListVersions(model, before, size + 1));
  return CutPage(std::move(versions), size,
                 [](const ModelVersion& version) { return std::to_string(version.version); });
}

absl::StatusOr<VersionDescription> Registry::GetVersion(const std::string& model,
                                                        std::int32_t version) {
  RETURN_IF_ERROR(CheckName("model", model));
  if (version <= 0) return InvalidField("version", "must be positive");
  return store_->DescribeVersion(model, version);
}

absl::StatusOr<ModelVersion> Registry::GetVersionByAlias(const std::string& model,
                                                         const std::string& alias) {
  RETURN_IF_ERROR(CheckName("model", model));
  RETURN_IF_ERROR(CheckName("alias", alias));
  return store_->GetVersionByAlias(model, alias);
}

absl::StatusOr<Judgement> Registry::GateOnce(const std::string& model, std::int32_t version,
                                             const std::string& actor) {
  ASSIGN_OR_RETURN(const VersionDescription described, store_->DescribeVersion(model, version));
  ASSIGN_OR_RETURN(std::optional<Judgement> former, store_->FindJudgement(model, version));
  if (former) return *std::move(former);

  std::optional<std::int32_t> in_production;
  std::optional<Champion> champion;
  const auto production = store_->GetVersionByAlias(model, std::string(kProduction));
  if (!production.ok() && !absl::IsNotFound(production.status())) return production.status();
  if (production.ok()) in_production = production->version;
  // A version that a person promoted before it was judged is not measured against itself.
  if (in_production && *in_production != version) {
    ASSIGN_OR_RETURN(const VersionDescription theirs,
                     store_->DescribeVersion(model, *in_production));
    champion = Champion{*in_production, ServedModels(theirs.models)};
  }
  const Candidate candidate{LatestMetrics(described.version.metrics),
                            ServedModels(described.models)};
  const Judgement judgement = GateCandidate(candidate, champion, policy_);
  return store_->RecordJudgement(model, version, in_production, judgement, actor);
}

absl::StatusOr<Judgement> Registry::GateVersion(const std::string& model, std::int32_t version,
                                                const std::string& actor) {
  RETURN_IF_ERROR(CheckName("model", model));
  if (version <= 0) return InvalidField("version", "must be positive");
  RETURN_IF_ERROR(CheckText("actor", actor));
  absl::StatusOr<Judgement> judgement = GateOnce(model, version, actor);
  for (int attempt = 1; attempt < kJudgeAttempts && absl::IsAborted(judgement.status());
       ++attempt) {
    judgement = GateOnce(model, version, actor);
  }
  return judgement;
}

absl::StatusOr<AliasMove> Registry::MoveAlias(const std::string& model, const std::string& alias,
                                              std::int32_t version, const std::string& actor,
                                              const std::string& reason) {
  RETURN_IF_ERROR(CheckName("model", model));
  RETURN_IF_ERROR(CheckName("alias", alias));
  if (version <= 0) return InvalidField("version", "must be positive");
  RETURN_IF_ERROR(CheckText("reason", reason, kMaxValueLength));
  return store_->MoveAlias(model, alias, version, actor, reason);
}

absl::StatusOr<Page<AliasMove>> Registry::ListAliasMoves(const std::string& model,
                                                         const PageRequest& page) {
  RETURN_IF_ERROR(CheckName("model", model));
  ASSIGN_OR_RETURN(const int size, PageSize(page.size, kPageSize));
  ASSIGN_OR_RETURN(const auto before, Before(page.token));
  ASSIGN_OR_RETURN(std::vector<AliasMove> moves, store_->ListAliasMoves(model, before, size + 1));
  return CutPage(std::move(moves), size,
                 [](const AliasMove& move) { return std::to_string(move.move_id); });
}

}  // namespace fairline::model_registry
