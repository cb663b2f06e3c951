#include "libs/rpc/service_main.hpp"
#include "libs/storage/database.hpp"
#include "services/model_registry/app/registry.hpp"
#include "services/model_registry/config.hpp"
#include "services/model_registry/rpc/model_registry_service.hpp"
#include "services/model_registry/storage/pg_registry_store.hpp"

namespace fairline::model_registry {
namespace {

absl::Status Serve(const Config& config, rpc::Host& host) {
  ASSIGN_OR_RETURN(const auto database, storage::Database::Open(config.database));
  const auto registry_for = [&database](std::chrono::system_clock::time_point deadline) {
    return Registry(std::make_unique<PgRegistryStore>(*database, deadline));
  };
  ModelRegistryService service(registry_for,
                               host.EndpointFor<registry::v1::ModelRegistryService>());
  host.Register(service);
  storage::AddToHost(host, *database);
  return host.Serve();
}

}  // namespace
}  // namespace fairline::model_registry

int main(int argc, char** argv) {
  return fairline::rpc::ServiceMain<fairline::model_registry::Config>(
      "model-registry", "keeps runs, model versions and which of them is in production", argc, argv,
      fairline::model_registry::Serve);
}
