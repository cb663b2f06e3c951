#include "services/auth_gateway/gateway_server.hpp"

namespace fairline::auth_gateway {

Channels ConnectPeers(const Config& config) {
  return {
      {"fairline.ingest.v1.IngestService", rpc::Connect(config.ingest_address)},
      {"fairline.preprocessing.v1.PreprocessingService",
       rpc::Connect(config.preprocessing_address)},
      {"fairline.training.v1.TrainingService", rpc::Connect(config.training_address)},
      {"fairline.training.v1.BacktestService", rpc::Connect(config.training_address)},
      {"fairline.registry.v1.ModelRegistryService", rpc::Connect(config.model_registry_address)},
      {"fairline.prediction.v1.PredictionService", rpc::Connect(config.prediction_address)},
      {"fairline.prediction.v1.RecordService", rpc::Connect(config.prediction_address)},
      {"fairline.accounts.v1.AccountsService", rpc::Connect(config.accounts_address)},
      {"fairline.accounts.v1.BetService", rpc::Connect(config.accounts_address)},
      {"fairline.accounts.v1.LimitService", rpc::Connect(config.accounts_address)},
      {"fairline.pipeline.v1.PipelineService", rpc::Connect(config.pipeline_address)},
  };
}

absl::StatusOr<std::unique_ptr<GatewayServer>> GatewayServer::Start(Parts parts,
                                                                    HttpServerOptions options) {
  std::unique_ptr<GatewayServer> made(new GatewayServer);
  ASSIGN_OR_RETURN(made->contract_, Contract::Load());
  for (const auto& [service, channel] : parts.channels) {
    if (made->contract_->pool().FindServiceByName(service) == nullptr) {
      return absl::InternalError(service + " is not among the built-in descriptors");
    }
  }
  ASSIGN_OR_RETURN(RouteTable table, RouteTable::Build(*made->contract_));
  made->table_ = std::make_unique<RouteTable>(std::move(table));
  made->factory_ = std::make_unique<google::protobuf::DynamicMessageFactory>();
  made->peer_health_ = std::make_unique<PeerHealth>(parts.channels);
  made->upstream_ = std::make_unique<Upstream>(parts.channels);
  made->declared_ = std::make_unique<DeclaredRoutes>(*made->table_, *made->factory_,
                                                     *made->upstream_, parts.accounts, parts.key);
  made->old_api_ = std::make_unique<OldApi>(parts.accounts, parts.key, *made->upstream_);
  made->gateway_ = std::make_unique<Gateway>(
      *made->table_, *made->declared_, *made->old_api_, std::move(parts.files), parts.metrics,
      [peers = made->peer_health_.get()] { return peers->Now(); });
  ASSIGN_OR_RETURN(made->server_, HttpServer::Start(
                                      std::move(options),
                                      [gateway = made->gateway_.get()](const HttpRequest& request,
                                                                       HttpResponse& response) {
                                        gateway->Handle(request, response);
                                      },
                                      &Gateway::HandleError));
  return made;
}

void GatewayServer::Stop() {
  declared_->EndStreams();
  server_->Stop();
}

}  // namespace fairline::auth_gateway
