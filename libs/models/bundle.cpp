#include "libs/models/bundle.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "libs/core/sha256.hpp"

namespace fairline::models {
namespace {

constexpr std::size_t kRowsAtATime = 1024;  // what is gathered of them stays in the cache

absl::StatusOr<std::shared_ptr<const Model>> LoadEntry(const ModelEntry& entry,
                                                       std::size_t outcomes,
                                                       const BundleFileReader& read) {
  if (entry.bytes > Bundle::kMaxModelBytes) {
    return InvalidField(
        entry.file, fmt::format("{} bytes is more than {}", entry.bytes, Bundle::kMaxModelBytes));
  }
  ASSIGN_OR_RETURN(const std::string bytes, read(entry.file, entry.bytes));
  if (bytes.size() != entry.bytes) {
    return InvalidField(entry.file,
                        fmt::format("{} bytes, the manifest says {}", bytes.size(), entry.bytes));
  }
  if (Sha256Hex(bytes) != entry.sha256) {
    return InvalidField(entry.file, "its SHA-256 is not the manifest's");
  }
  auto model = LoadModel(entry.kind, entry.inputs, outcomes, bytes);
  RETURN_IF_ERROR(WithContext(model.status(), entry.name));
  return model;
}

// Rows `first` to `first + count` of an input.
BundleInput Chunk(const BundleInput& input, std::size_t first, std::size_t count) {
  BundleInput chunk = input;
  chunk.features.values =
      input.features.values.subspan(first * input.features.columns, count * input.features.columns);
  if (!input.competitions.empty()) chunk.competitions = input.competitions.subspan(first, count);
  return chunk;
}

Forecasts RowsFrom(const Forecasts& all, std::size_t first, std::size_t count) {
  Forecasts rows(count, all.outcomes());
  const auto values = all.values().subspan(first * all.outcomes(), count * all.outcomes());
  std::copy(values.begin(), values.end(), rows.values().begin());
  return rows;
}

// Contributions by input, in the making.
struct Traced {
  std::vector<double> base;
  std::map<std::string, std::vector<double>, std::less<>> inputs;

  void Add(std::string_view input, std::span<const double> given, double weight) {
    auto found = inputs.find(input);
    if (found == inputs.end()) {
      found = inputs.emplace(input, std::vector<double>(given.size(), 0.0)).first;
    }
    for (std::size_t k = 0; k < given.size(); ++k) found->second[k] += weight * given[k];
  }
};

// An attribution with its sources replaced by what these are attributed to.
absl::StatusOr<Traced> Trace(const Model& model, const Attribution& attribution,
                             const std::map<std::string, Traced, std::less<>>& earlier) {
  Traced traced{.base = attribution.base, .inputs = {}};
  for (std::size_t j = 0; j < attribution.by_feature.size(); ++j) {
    traced.Add(model.inputs().features[j], attribution.by_feature[j], 1.0);
  }
  for (const auto& [source, weight] : attribution.sources) {
    const auto found = earlier.find(source);
    if (found == earlier.end()) return absl::InternalError(source + " was not explained");
    for (std::size_t k = 0; k < traced.base.size(); ++k) {
      traced.base[k] += weight * found->second.base[k];
    }
    for (const auto& [input, given] : found->second.inputs) traced.Add(input, given, weight);
  }
  return traced;
}

}  // namespace

std::string BundlePath(std::string_view sha256, std::string_view file) {
  return fmt::format("models/{}/{}", sha256, file);
}

BundleFileReader ReaderOf(const BundleFiles& bundle) {
  return [&bundle](std::string_view file, std::size_t max_bytes) -> absl::StatusOr<std::string> {
    const auto found = bundle.files.find(file);
    if (found == bundle.files.end()) return absl::NotFoundError(std::string(file));
    if (found->second.size() > max_bytes) {
      return InvalidField(file,
                          fmt::format("{} bytes is more than {}", found->second.size(), max_bytes));
    }
    return found->second;
  };
}

absl::StatusOr<BundleFiles> PackBundle(Manifest manifest, const Recipe& recipe,
                                       const std::vector<FittedModel>& models) {
  BundleFiles bundle;
  manifest.sport = recipe.sport;
  manifest.outcomes = recipe.outcomes.size();
  manifest.recipe_json = recipe.json;
  manifest.seed = recipe.seed;
  manifest.models.clear();
  for (const FittedModel& fitted : models) {
    const ModelRecipe* const entry = recipe.Find(fitted.name);
    if (entry == nullptr) return InvalidField("models", fitted.name + " is not in the recipe");
    ASSIGN_OR_RETURN(std::string bytes, fitted.model->Save());
    std::string file = fitted.name + (entry->kind == "trees" ? ".ubj" : ".json");
    manifest.models.push_back({.name = fitted.name,
                               .kind = entry->kind,
                               .serve = entry->serve,
                               .anchored = entry->anchored,
                               .inputs = fitted.model->inputs(),
                               .file = file,
                               .sha256 = Sha256Hex(bytes),
                               .bytes = bytes.size(),
                               .trained_matches = fitted.matches,
                               .trained_from = fitted.first_day,
                               .trained_to = fitted.last_day});
    bundle.files.emplace(std::move(file), std::move(bytes));
  }
  std::string json = ManifestToJson(manifest);
  RETURN_IF_ERROR(ManifestFromJson(json).status());
  bundle.sha256 = Sha256Hex(json);
  bundle.files.emplace(kManifestFile, std::move(json));
  return bundle;
}

absl::StatusOr<std::shared_ptr<const Bundle>> Bundle::Load(std::string_view expected_sha256,
                                                           const BundleFileReader& read) {
  ASSIGN_OR_RETURN(const std::string json, read(kManifestFile, kMaxManifestBytes));
  if (json.size() > kMaxManifestBytes || Sha256Hex(json) != expected_sha256) {
    return InvalidField(kManifestFile, "its SHA-256 is not the expected one");
  }
  ASSIGN_OR_RETURN(Manifest manifest, ManifestFromJson(json));
  const std::shared_ptr<Bundle> bundle(
      new Bundle(std::move(manifest), std::string(expected_sha256)));
  for (const ModelEntry& entry : bundle->manifest_.models) {
    ASSIGN_OR_RETURN(bundle->models_.emplace_back(),
                     LoadEntry(entry, bundle->manifest_.outcomes, read));
  }
  return std::shared_ptr<const Bundle>(bundle);
}

std::string_view Bundle::Serving(std::string_view information) const {
  const ModelEntry* const entry = manifest_.Serving(information);
  return entry == nullptr ? std::string_view() : std::string_view(entry->name);
}

const Model* Bundle::Find(std::string_view model) const {
  const ModelEntry* const entry = manifest_.Find(model);
  return entry == nullptr
             ? nullptr
             : models_[static_cast<std::size_t>(entry - manifest_.models.data())].get();
}

absl::StatusOr<Bundle::Indices> Bundle::Closure(std::string_view model) const {
  const auto& entries = manifest_.models;
  const ModelEntry* const wanted = manifest_.Find(model);
  if (wanted == nullptr) {
    return absl::NotFoundError(fmt::format("the bundle has no model {}", model));
  }
  std::vector<bool> needed(entries.size(), false);
  needed[static_cast<std::size_t>(wanted - entries.data())] = true;
  Indices closure;
  for (std::size_t i = entries.size(); i-- > 0;) {
    if (!needed[i]) continue;
    closure.push_back(i);
    for (const std::string& read : entries[i].inputs.Forecasts()) {
      const ModelEntry* const earlier = manifest_.Find(read);
      if (earlier != nullptr) needed[static_cast<std::size_t>(earlier - entries.data())] = true;
    }
  }
  std::reverse(closure.begin(), closure.end());
  return closure;
}

absl::Status Bundle::Check(const BundleInput& input) const {
  const FeatureMatrix& features = input.features;
  if (features.columns != manifest_.catalogue_size ||
      features.rows() * features.columns != features.values.size()) {
    return InvalidField("features", fmt::format("rows of {} values; the catalogue has {}",
                                                features.columns, manifest_.catalogue_size));
  }
  if (!input.competitions.empty() && input.competitions.size() != features.rows()) {
    return InvalidField("competitions", "one a match, or none");
  }
  if (input.market == nullptr) return absl::OkStatus();
  const Forecasts& market = *input.market;
  if (market.rows() != features.rows() || market.outcomes() != manifest_.outcomes) {
    return InvalidField(kMarketLine,
                        fmt::format("{} lines of {} outcomes for {} matches of {}", market.rows(),
                                    market.outcomes(), features.rows(), manifest_.outcomes));
  }
  for (std::size_t i = 0; i < market.rows(); ++i) {
    const auto line = market.row(i);
    const bool none = std::all_of(line.begin(), line.end(), [](double p) { return std::isnan(p); });
    if (none) continue;
    if (!std::all_of(line.begin(), line.end(), [](double p) { return p > 0.0 && p < 1.0; })) {
      return InvalidField(kMarketLine, "a probability outside (0, 1)");
    }
  }
  return absl::OkStatus();
}

ForecastColumns Bundle::Lines(const BundleInput& input) const {
  ForecastColumns columns;
  columns.emplace(kMarketLine, input.market != nullptr
                                   ? *input.market
                                   : NoForecasts(input.features.rows(), manifest_.outcomes));
  return columns;
}

absl::Status Bundle::Ask(const Indices& models, const BundleInput& input,
                         std::optional<std::size_t> replicate, ForecastColumns& columns) const {
  for (const std::size_t i : models) {
    const Model& model = *models_[i];
    const ForecastInput asked{
        .features = input.features, .columns = columns, .competitions = input.competitions};
    auto forecasts = replicate && *replicate < model.replicates()
                         ? model.ForecastReplicate(*replicate, asked)
                         : model.Forecast(asked);
    const std::string& name = manifest_.models[i].name;
    RETURN_IF_ERROR(WithContext(forecasts.status(), name));
    columns.insert_or_assign(name, *std::move(forecasts));
  }
  return absl::OkStatus();
}

absl::StatusOr<ForecastColumns> Bundle::AskInChunks(const Indices& models,
                                                    const BundleInput& input) const {
  RETURN_IF_ERROR(Check(input));
  const std::size_t rows = input.features.rows();
  if (rows <= kRowsAtATime) {
    ForecastColumns columns = Lines(input);
    RETURN_IF_ERROR(Ask(models, input, std::nullopt, columns));
    return columns;
  }
  ForecastColumns all;
  for (std::size_t first = 0; first < rows; first += kRowsAtATime) {
    const std::size_t count = std::min(kRowsAtATime, rows - first);
    BundleInput chunk = Chunk(input, first, count);
    std::optional<Forecasts> lines;
    if (input.market != nullptr)
      chunk.market = &lines.emplace(RowsFrom(*input.market, first, count));
    ForecastColumns columns = Lines(chunk);
    RETURN_IF_ERROR(Ask(models, chunk, std::nullopt, columns));
    for (const auto& [name, column] : columns) {
      Forecasts& target = all.try_emplace(name, rows, manifest_.outcomes).first->second;
      std::copy(column.values().begin(), column.values().end(),
                target.values().begin() + static_cast<std::ptrdiff_t>(first * manifest_.outcomes));
    }
  }
  return all;
}

absl::StatusOr<ForecastColumns> Bundle::Forecast(const BundleInput& input) const {
  Indices all(models_.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  ASSIGN_OR_RETURN(ForecastColumns columns, AskInChunks(all, input));
  columns.erase(columns.find(kMarketLine));
  return columns;
}

absl::StatusOr<ForecastColumns> Bundle::ForecastWithMembers(std::string_view model,
                                                            const BundleInput& input) const {
  ASSIGN_OR_RETURN(const Indices closure, Closure(model));
  return AskInChunks(closure, input);
}

absl::StatusOr<Forecasts> Bundle::Forecast(std::string_view model, const BundleInput& input) const {
  ASSIGN_OR_RETURN(ForecastColumns columns, ForecastWithMembers(model, input));
  return std::move(columns.find(model)->second);
}

absl::StatusOr<Explanation> Bundle::Explain(std::string_view model,
                                            const BundleInput& input) const {
  if (input.features.rows() != 1) return InvalidField("features", "one match is explained");
  ASSIGN_OR_RETURN(const Indices closure, Closure(model));
  ASSIGN_OR_RETURN(const ForecastColumns columns, AskInChunks(closure, input));
  const auto forecast_of = [&](std::string_view name) { return columns.find(name)->second.row(0); };
  if (!IsForecast(forecast_of(model))) {
    return absl::FailedPreconditionError(
        fmt::format("{} has no forecast of this match: something it needs is not known", model));
  }
  const ForecastInput asked{
      .features = input.features, .columns = columns, .competitions = input.competitions};
  std::map<std::string, Traced, std::less<>> traced;
  if (IsForecast(forecast_of(kMarketLine))) {
    Traced& market = traced[std::string(kMarketLine)];
    market.base.assign(manifest_.outcomes, 0.0);
    market.Add(kMarketLine, LogOdds(forecast_of(kMarketLine)), 1.0);
  }
  Explanation explanation;
  for (const std::size_t i : closure) {
    const std::string& name = manifest_.models[i].name;
    if (!IsForecast(forecast_of(name))) continue;  // a silent member
    ASSIGN_OR_RETURN(const Attribution attribution, models_[i]->Explain(asked));
    ASSIGN_OR_RETURN(traced[name], Trace(*models_[i], attribution, traced));
    if (i != closure.back() || models_[i]->inputs().members.empty()) continue;
    for (const auto& [source, weight] : attribution.sources) {
      const auto row = forecast_of(source);
      explanation.members.push_back({source, weight, {row.begin(), row.end()}});
    }
  }
  const auto row = forecast_of(model);
  explanation.probabilities.assign(row.begin(), row.end());
  Traced& whole = traced.find(model)->second;
  explanation.base = std::move(whole.base);
  const auto take = [&](std::string_view name) {
    const auto found = whole.inputs.find(name);
    if (found == whole.inputs.end()) return;
    explanation.contributions.push_back({found->first, std::move(found->second)});
    whole.inputs.erase(found);
  };
  std::map<std::uint32_t, std::string_view> in_order;
  for (const std::size_t i : closure) {
    const ModelInputs& read = models_[i]->inputs();
    for (std::size_t j = 0; j < read.columns.size(); ++j) {
      in_order.emplace(read.columns[j], read.features[j]);
    }
  }
  for (const auto& [column, feature] : in_order) take(feature);
  take(kMarketLine);
  return explanation;
}

absl::StatusOr<Forecasts> Bundle::BetweenMembers(std::size_t model, const BundleInput& input,
                                                 const ForecastColumns& columns) const {
  const std::size_t rows = input.features.rows();
  const auto& entries = manifest_.models;
  // A calibration differs from its one member in no way that tells of doubt.
  while (entries[model].inputs.members.size() == 1) {
    const ModelEntry* const member = manifest_.Find(entries[model].inputs.members.front());
    if (member == nullptr) break;
    model = static_cast<std::size_t>(member - entries.data());
  }
  Forecasts deviations(rows, manifest_.outcomes);
  if (entries[model].inputs.members.size() < 2) return deviations;
  for (std::size_t i = 0; i < rows; ++i) {
    if (!IsForecast(columns.find(entries[model].name)->second.row(i))) continue;
    ForecastColumns one;
    for (const std::string& read : entries[model].inputs.Forecasts()) {
      one.emplace(read, RowsFrom(columns.find(read)->second, i, 1));
    }
    const BundleInput row = Chunk(input, i, 1);
    ASSIGN_OR_RETURN(
        const Attribution attribution,
        models_[model]->Explain(
            {.features = row.features, .columns = one, .competitions = row.competitions}));
    double total = 0.0;
    for (const auto& [source, weight] : attribution.sources) total += std::max(weight, 0.0);
    if (total <= 0.0) continue;
    for (std::size_t k = 0; k < manifest_.outcomes; ++k) {
      double mean = 0.0;
      double square = 0.0;
      for (const auto& [source, weight] : attribution.sources) {
        const double p = one.find(source)->second.row(0)[k];
        mean += std::max(weight, 0.0) / total * p;
        square += std::max(weight, 0.0) / total * p * p;
      }
      deviations.row(i)[k] = std::sqrt(std::max(0.0, square - mean * mean));
    }
  }
  return deviations;
}

absl::StatusOr<models::Uncertainty> Bundle::Uncertainty(std::string_view model,
                                                        const BundleInput& input) const {
  ASSIGN_OR_RETURN(const Indices closure, Closure(model));
  ASSIGN_OR_RETURN(const ForecastColumns columns, AskInChunks(closure, input));
  // Those whose forecasts a replicate changes.
  Indices moving;
  std::size_t replicates = 0;
  for (const std::size_t i : closure) {
    const auto read = models_[i]->inputs().Forecasts();
    const bool moved = std::any_of(moving.begin(), moving.end(), [&](std::size_t earlier) {
      return std::find(read.begin(), read.end(), manifest_.models[earlier].name) != read.end();
    });
    replicates = std::max(replicates, models_[i]->replicates());
    if (moved || models_[i]->replicates() > 0) moving.push_back(i);
  }
  const Forecasts& forecast = columns.find(model)->second;
  const std::size_t values = forecast.values().size();
  std::vector<double> sums(values, 0.0);
  std::vector<double> squares(values, 0.0);
  ForecastColumns moved = columns;
  for (std::size_t replicate = 0; replicate < replicates; ++replicate) {
    RETURN_IF_ERROR(Ask(moving, input, replicate, moved));
    const auto refit = std::as_const(moved).find(model)->second.values();
    for (std::size_t i = 0; i < values; ++i) {
      const double departure = refit[i] - forecast.values()[i];
      sums[i] += departure;
      squares[i] += departure * departure;
    }
  }
  models::Uncertainty uncertainty{
      .total = forecast, .of_refits = forecast, .between_members = forecast};
  ASSIGN_OR_RETURN(uncertainty.between_members, BetweenMembers(closure.back(), input, columns));
  const auto count = static_cast<double>(replicates);
  for (std::size_t i = 0; i < values; ++i) {
    double& total = uncertainty.total.values()[i];
    double& refits = uncertainty.of_refits.values()[i];
    double& between = uncertainty.between_members.values()[i];
    if (std::isnan(total)) {
      between = total;
      continue;
    }
    refits =
        replicates < 2
            ? 0.0
            : std::sqrt(std::max(0.0, (squares[i] - sums[i] * sums[i] / count) / (count - 1.0)));
    total = std::hypot(refits, between);
  }
  return uncertainty;
}

}  // namespace fairline::models
