#include "services/prediction/rpc/registry_client.hpp"

#include <string>

#include "libs/rpc/status_code.hpp"

namespace fairline::prediction {

absl::StatusOr<std::optional<ProductionVersion>> RegistryClient::Production(
    std::string_view sport) {
  registry::v1::GetVersionByAliasRequest request;
  request.set_model(std::string(sport));
  request.set_alias("production");
  registry::v1::GetVersionByAliasResponse response;
  grpc::ClientContext context;
  rpc::PrepareContext(context, outgoing_());
  const absl::Status status = rpc::FromGrpc(stub_->GetVersionByAlias(&context, request, &response));
  if (absl::IsNotFound(status)) return std::optional<ProductionVersion>();
  RETURN_IF_ERROR(WithContext(status, "model registry"));
  const registry::v1::ModelVersion& version = response.model_version();
  return ProductionVersion{.model = version.model(),
                           .version = version.version(),
                           .bundle_sha256 = version.bundle_sha256(),
                           .bundle_path = version.bundle_path(),
                           .catalogue_hash = version.catalogue_hash()};
}

}  // namespace fairline::prediction
