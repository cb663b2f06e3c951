// fairline-preprocessing: point-in-time features of finished and coming matches.

#include "libs/rpc/service_main.hpp"
#include "services/preprocessing/config.hpp"
#include "services/preprocessing/rpc/preprocessing_service.hpp"
#include "services/preprocessing/storage/pg_feature_store.hpp"
#include "services/preprocessing/storage/pg_match_source.hpp"

namespace fairline::preprocessing {
namespace {

absl::Status Serve(const Config& config, rpc::Host& host) {
  ASSIGN_OR_RETURN(const auto database, storage::Database::Open(config.database));
  PgMatchSource matches(*database);
  PgFeatureStore store(*database);
  PreprocessingService rpc(matches, store, host);
  host.Register(rpc);
  storage::AddToHost(host, *database);
  return host.Serve();
}

}  // namespace
}  // namespace fairline::preprocessing

int main(int argc, char** argv) {
  return fairline::rpc::ServiceMain<fairline::preprocessing::Config>(
      "preprocessing", "point-in-time features of finished and coming matches", argc, argv,
      fairline::preprocessing::Serve);
}
