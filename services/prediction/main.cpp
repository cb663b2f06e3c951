// fairline-prediction: forecasts, advice and stakes from the production models.

#include "libs/core/clock.hpp"
#include "libs/lake/lake.hpp"
#include "libs/rpc/service_main.hpp"
#include "services/prediction/app/serving/snapshot_poller.hpp"
#include "services/prediction/config.hpp"
#include "services/prediction/rpc/prediction_service.hpp"
#include "services/prediction/rpc/record_service.hpp"
#include "services/prediction/rpc/registry_client.hpp"
#include "services/prediction/storage/lake_model_loader.hpp"
#include "services/prediction/storage/pg_forecast_log.hpp"
#include "services/prediction/storage/pg_policies.hpp"
#include "services/prediction/storage/pg_record.hpp"
#include "services/prediction/storage/pg_sports_data.hpp"

namespace fairline::prediction {
namespace {

constexpr std::chrono::minutes kSealTimeout{5};

absl::Status Serve(const Config& config, rpc::Host& host) {
  RETURN_IF_ERROR(config.staking.Validate());
  ASSIGN_OR_RETURN(const auto database, storage::Database::Open(config.database));
  ASSIGN_OR_RETURN(const auto lake, lake::Lake::Open(config.lake_url));
  RegistryClient registry(rpc::Connect(config.registry_address),
                          [&host] { return host.ServiceCall(std::chrono::seconds(5)); });
  LakeModelLoader loader(*lake);
  PgSportsData data(*database);
  PgForecastLog log(*database);
  PgPolicies policy_store(*database);
  StakingPolicies policies(policy_store, config.staking);
  const RealClock real_time;
  SnapshotKeeper keeper({registry, loader, data, host.as_of(), real_time}, features::ReplaySports(),
                        policies);
  const Predictor predictor(keeper);
  PgRecord record(*database, real_time);
  Sealer sealer(keeper, log, record);
  PredictionService service(predictor, sealer, policies, host.EndpointFor<v1::PredictionService>());
  RecordService record_service(record, host.as_of(), host.EndpointFor<v1::RecordService>());
  host.Register(service);
  host.Register(record_service);
  host.AddReadiness([&keeper] { return keeper.Ready(); });
  Sealer policy_sealer(keeper, log, record);
  SnapshotPoller poller(keeper, config.poll_interval, [&policy_sealer] {
    return policy_sealer.SealChangedPolicy(std::chrono::system_clock::now() + kSealTimeout);
  });
  host.OnDrain([&poller] { poller.Stop(); });
  storage::AddToHost(host, *database);
  return host.Serve();
}

}  // namespace
}  // namespace fairline::prediction

int main(int argc, char** argv) {
  return fairline::rpc::ServiceMain<fairline::prediction::Config>(
      "prediction", "forecasts, advice and stakes from the production models", argc, argv,
      fairline::prediction::Serve);
}
