#pragma once

#include <functional>

#include "fairline/training/v1/backtest.grpc.pb.h"

#include "libs/rpc/host.hpp"
#include "services/training/app/backtest/backtests.hpp"

namespace fairline::training {

class BacktestService final : public v1::BacktestService::Service {
 public:
  // Store and host outlive the service. `work_came` is called after a backtest was asked for.
  BacktestService(BacktestStore& store, rpc::Host& host, std::function<void()> work_came)
      : store_(store),
        host_(host),
        endpoint_(host.EndpointFor<v1::BacktestService>()),
        work_came_(std::move(work_came)) {}

  grpc::Status StartBacktest(grpc::ServerContext* context, const v1::StartBacktestRequest* request,
                             v1::StartBacktestResponse* response) override;
  grpc::Status GetBacktest(grpc::ServerContext* context, const v1::GetBacktestRequest* request,
                           v1::GetBacktestResponse* response) override;
  grpc::Status WatchBacktest(grpc::ServerContext* context, const v1::WatchBacktestRequest* request,
                             grpc::ServerWriter<v1::WatchBacktestResponse>* writer) override;
  grpc::Status ListBacktests(grpc::ServerContext* context, const v1::ListBacktestsRequest* request,
                             v1::ListBacktestsResponse* response) override;
  grpc::Status CancelBacktest(grpc::ServerContext* context,
                              const v1::CancelBacktestRequest* request,
                              v1::CancelBacktestResponse* response) override;
  grpc::Status ExportBacktestBets(grpc::ServerContext* context,
                                  const v1::ExportBacktestBetsRequest* request,
                                  v1::ExportBacktestBetsResponse* response) override;

 private:
  absl::Status Watch(const rpc::Call& call, const v1::WatchBacktestRequest& request,
                     grpc::ServerWriter<v1::WatchBacktestResponse>& writer);

  BacktestStore& store_;
  rpc::Host& host_;
  rpc::Endpoint endpoint_;
  std::function<void()> work_came_;
};

}  // namespace fairline::training
