#include "services/model_registry/rpc/conversion.hpp"

#include "libs/rpc/time.hpp"

namespace fairline::model_registry {
namespace {

template <typename Out>
void AddMetrics(const std::vector<Metric>& metrics, Out& out) {
  for (const Metric& metric : metrics) {
    auto& added = *out.add_metrics();
    added.set_key(metric.key);
    added.set_value(metric.value);
    added.set_step(metric.step);
  }
}

template <typename Out>
void AddTags(const std::vector<Tag>& tags, Out& out) {
  for (const Tag& tag : tags) {
    auto& added = *out.add_tags();
    added.set_key(tag.key);
    added.set_value(tag.value);
  }
}

}  // namespace

std::vector<Parameter> FromProto(
    const google::protobuf::RepeatedPtrField<registry::v1::Parameter>& parameters) {
  std::vector<Parameter> out;
  for (const auto& parameter : parameters) out.push_back({parameter.key(), parameter.value()});
  return out;
}

std::vector<Metric> FromProto(
    const google::protobuf::RepeatedPtrField<registry::v1::Metric>& metrics) {
  std::vector<Metric> out;
  for (const auto& metric : metrics) {
    out.push_back({metric.key(), metric.value(), metric.step()});
  }
  return out;
}

std::vector<Tag> FromProto(const google::protobuf::RepeatedPtrField<registry::v1::Tag>& tags) {
  std::vector<Tag> out;
  for (const auto& tag : tags) out.push_back({tag.key(), tag.value()});
  return out;
}

FeatureCatalogue FromProto(const registry::v1::FeatureCatalogue& catalogue) {
  FeatureCatalogue out{.hash = catalogue.hash(),
                       .sport = catalogue.sport(),
                       .revision = catalogue.revision(),
                       .features = {}};
  for (const auto& feature : catalogue.features()) {
    out.features.push_back({.name = feature.name(),
                            .meaning = feature.meaning(),
                            .unit = feature.unit(),
                            .source = feature.source(),
                            .block = feature.block()});
  }
  return out;
}

std::vector<DescribedModel> FromProto(
    const google::protobuf::RepeatedPtrField<registry::v1::DescribedModel>& models) {
  std::vector<DescribedModel> out;
  for (const auto& model : models) {
    DescribedModel described{.name = model.name(),
                             .kind = model.kind(),
                             .serves = model.serves(),
                             .anchored = model.anchored(),
                             .inputs = {model.inputs().begin(), model.inputs().end()},
                             .weights = {},
                             .description = model.description()};
    for (const auto& weight : model.weights()) {
      described.weights.push_back({weight.input(), weight.weight()});
    }
    out.push_back(std::move(described));
  }
  return out;
}

NewVersion FromProto(const registry::v1::RegisterVersionRequest& request) {
  return {.request_id = request.request_id(),
          .model = request.model(),
          .run_id = request.run_id(),
          .bundle_sha256 = request.bundle_sha256(),
          .bundle_path = request.bundle_path(),
          .catalogue_hash = request.catalogue_hash(),
          .metrics = FromProto(request.metrics()),
          .catalogue = FromProto(request.catalogue()),
          .models = FromProto(request.models())};
}

void ToProto(const Run& run, registry::v1::Run& out) {
  out.set_run_id(run.run_id);
  out.set_experiment(run.experiment);
  out.set_name(run.name);
  out.set_state(static_cast<registry::v1::RunState>(run.state));
  *out.mutable_start_time() = rpc::ToTimestamp(run.started_at);
  if (run.ended_at) *out.mutable_end_time() = rpc::ToTimestamp(*run.ended_at);
  for (const Parameter& parameter : run.parameters) {
    auto& added = *out.add_parameters();
    added.set_key(parameter.key);
    added.set_value(parameter.value);
  }
  AddMetrics(run.metrics, out);
  AddTags(run.tags, out);
}

void ToProto(const ModelVersion& version, registry::v1::ModelVersion& out) {
  out.set_model(version.model);
  out.set_version(version.version);
  out.set_run_id(version.run_id);
  out.set_bundle_sha256(version.bundle_sha256);
  out.set_bundle_path(version.bundle_path);
  out.set_catalogue_hash(version.catalogue_hash);
  *out.mutable_create_time() = rpc::ToTimestamp(version.created_at);
  AddTags(version.tags, out);
  for (const std::string& alias : version.aliases) out.add_aliases(alias);
  AddMetrics(version.metrics, out);
}

void ToProto(const VersionDescription& described, registry::v1::GetVersionResponse& out) {
  ToProto(described.version, *out.mutable_model_version());
  if (described.catalogue) {
    auto& catalogue = *out.mutable_catalogue();
    catalogue.set_hash(described.catalogue->hash);
    catalogue.set_sport(described.catalogue->sport);
    catalogue.set_revision(described.catalogue->revision);
    for (const CatalogueFeature& feature : described.catalogue->features) {
      auto& added = *catalogue.add_features();
      added.set_name(feature.name);
      added.set_meaning(feature.meaning);
      added.set_unit(feature.unit);
      added.set_source(feature.source);
      added.set_block(feature.block);
    }
  }
  for (const DescribedModel& model : described.models) {
    auto& added = *out.add_models();
    added.set_name(model.name);
    added.set_kind(model.kind);
    added.set_serves(model.serves);
    added.set_anchored(model.anchored);
    for (const std::string& input : model.inputs) added.add_inputs(input);
    for (const InputWeight& weight : model.weights) {
      auto& pair = *added.add_weights();
      pair.set_input(weight.input);
      pair.set_weight(weight.weight);
    }
    added.set_description(model.description);
  }
}

void ToProto(const RegisteredModel& model, registry::v1::RegisteredModel& out) {
  out.set_model(model.model);
  out.set_latest_version(model.latest_version);
  out.set_production_version(model.production_version.value_or(0));
}

void ToProto(const AliasMove& move, registry::v1::AliasMove& out) {
  out.set_model(move.model);
  out.set_alias(move.alias);
  out.set_from_version(move.from_version.value_or(0));
  out.set_to_version(move.to_version);
  out.set_actor(move.actor);
  out.set_reason(move.reason);
  *out.mutable_move_time() = rpc::ToTimestamp(move.moved_at);
}

}  // namespace fairline::model_registry
