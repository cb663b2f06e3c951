#include "services/training/rpc/grpc_registry.hpp"

#include <chrono>
#include <string>
#include <thread>

namespace fairline::training {
namespace {

namespace pb = registry::v1;

constexpr int kAttempts = 6;
constexpr std::chrono::milliseconds kFirstPause(200);  // doubles: 6 attempts span 6 seconds

template <typename Map, typename Add>
void AddPairs(const Map& pairs, const Add& add) {
  for (const auto& [key, value] : pairs) {
    auto& pair = *add();
    pair.set_key(key);
    pair.set_value(value);
  }
}

void AddCatalogue(const FeatureSet& feature_set, pb::FeatureCatalogue& catalogue) {
  catalogue.set_hash(feature_set.catalogue_hash);
  catalogue.set_sport(feature_set.sport);
  catalogue.set_revision(feature_set.revision);
  for (const CatalogueFeature& feature : feature_set.features) {
    pb::Feature& added = *catalogue.add_features();
    added.set_name(feature.name);
    added.set_meaning(feature.meaning);
    added.set_unit(feature.unit);
    added.set_source(feature.source);
    added.set_block(feature.block);
  }
}

void AddModel(const DescribedModel& model, pb::DescribedModel& added) {
  added.set_name(model.name);
  added.set_kind(model.kind);
  added.set_serves(model.serves);
  added.set_anchored(model.anchored);
  for (const std::string& input : model.inputs) added.add_inputs(input);
  for (const auto& [input, weight] : model.weights) {
    pb::InputWeight& pair = *added.add_weights();
    pair.set_input(input);
    pair.set_weight(weight);
  }
  added.set_description(model.description);
}

}  // namespace

absl::Status GrpcRegistry::Call(
    const std::function<grpc::Status(grpc::ClientContext&)>& call) const {
  auto pause = kFirstPause;
  for (int attempt = 1;; ++attempt, pause *= 2) {
    grpc::ClientContext context;
    rpc::PrepareContext(context, outgoing_());
    const absl::Status status = rpc::FromGrpc(call(context));
    if (!absl::IsUnavailable(status) || attempt == kAttempts) {
      return absl::IsNotFound(status) ? status : WithContext(status, "model_registry");
    }
    std::this_thread::sleep_for(pause);
  }
}

absl::StatusOr<std::string> GrpcRegistry::CreateRun(std::string_view request_id,
                                                    std::string_view experiment,
                                                    std::string_view name) {
  pb::CreateRunRequest request;
  request.set_request_id(std::string(request_id));
  request.set_experiment(std::string(experiment));
  request.set_name(std::string(name));
  pb::CreateRunResponse response;
  RETURN_IF_ERROR(Call([&](grpc::ClientContext& context) {
    return stub_->CreateRun(&context, request, &response);
  }));
  return response.run_id();
}

absl::Status GrpcRegistry::LogToRun(std::string_view run_id, const RegistryRun& run) {
  pb::LogToRunRequest request;
  request.set_run_id(std::string(run_id));
  AddPairs(run.parameters, [&] { return request.add_parameters(); });
  AddPairs(run.metrics, [&] { return request.add_metrics(); });
  AddPairs(run.tags, [&] { return request.add_tags(); });
  pb::LogToRunResponse response;
  return Call(
      [&](grpc::ClientContext& context) { return stub_->LogToRun(&context, request, &response); });
}

absl::Status GrpcRegistry::FinishRun(std::string_view run_id, bool succeeded) {
  pb::FinishRunRequest request;
  request.set_run_id(std::string(run_id));
  request.set_state(succeeded ? pb::RUN_STATE_FINISHED : pb::RUN_STATE_FAILED);
  pb::FinishRunResponse response;
  return Call(
      [&](grpc::ClientContext& context) { return stub_->FinishRun(&context, request, &response); });
}

absl::StatusOr<int> GrpcRegistry::RegisterVersion(std::string_view request_id,
                                                  const CandidateVersion& version) {
  pb::RegisterVersionRequest request;
  request.set_request_id(std::string(request_id));
  request.set_model(version.model);
  request.set_run_id(version.run_id);
  request.set_bundle_sha256(version.bundle_sha256);
  request.set_bundle_path(version.bundle_path);
  request.set_catalogue_hash(version.feature_set.catalogue_hash);
  AddCatalogue(version.feature_set, *request.mutable_catalogue());
  for (const DescribedModel& model : version.models) AddModel(model, *request.add_models());
  AddPairs(version.metrics, [&] { return request.add_metrics(); });
  pb::RegisterVersionResponse response;
  RETURN_IF_ERROR(Call([&](grpc::ClientContext& context) {
    return stub_->RegisterVersion(&context, request, &response);
  }));
  return response.model_version().version();
}

absl::StatusOr<std::optional<ProductionVersion>> GrpcRegistry::FindProduction(
    std::string_view model) {
  pb::GetVersionByAliasRequest request;
  request.set_model(std::string(model));
  request.set_alias("production");
  pb::GetVersionByAliasResponse response;
  const absl::Status status = Call([&](grpc::ClientContext& context) {
    return stub_->GetVersionByAlias(&context, request, &response);
  });
  if (absl::IsNotFound(status)) return std::nullopt;
  RETURN_IF_ERROR(status);
  return ProductionVersion{.version = response.model_version().version(),
                           .bundle_sha256 = response.model_version().bundle_sha256(),
                           .catalogue_hash = response.model_version().catalogue_hash()};
}

}  // namespace fairline::training
