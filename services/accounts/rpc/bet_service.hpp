#pragma once
// fairline.accounts.v1.BetService over the use cases of app/bets.hpp.

#include "fairline/accounts/v1/bets.grpc.pb.h"

#include "libs/rpc/call.hpp"
#include "services/accounts/app/ledger/bets.hpp"

namespace fairline::accounts {

class BetService final : public accounts::v1::BetService::Service {
 public:
  BetService(Bets& bets, rpc::Endpoint endpoint) : bets_(bets), endpoint_(std::move(endpoint)) {}

  grpc::Status PlaceBet(grpc::ServerContext* context, const accounts::v1::PlaceBetRequest* request,
                        accounts::v1::PlaceBetResponse* response) override;
  grpc::Status ListBets(grpc::ServerContext* context, const accounts::v1::ListBetsRequest* request,
                        accounts::v1::ListBetsResponse* response) override;
  grpc::Status GetBet(grpc::ServerContext* context, const accounts::v1::GetBetRequest* request,
                      accounts::v1::GetBetResponse* response) override;
  grpc::Status SettleBetByHand(grpc::ServerContext* context,
                               const accounts::v1::SettleBetByHandRequest* request,
                               accounts::v1::SettleBetByHandResponse* response) override;
  grpc::Status CancelBet(grpc::ServerContext* context,
                         const accounts::v1::CancelBetRequest* request,
                         accounts::v1::CancelBetResponse* response) override;
  grpc::Status GetBetStatistics(grpc::ServerContext* context,
                                const accounts::v1::GetBetStatisticsRequest* request,
                                accounts::v1::GetBetStatisticsResponse* response) override;
  grpc::Status GetBankrollCurve(grpc::ServerContext* context,
                                const accounts::v1::GetBankrollCurveRequest* request,
                                accounts::v1::GetBankrollCurveResponse* response) override;
  grpc::Status ExportBets(grpc::ServerContext* context,
                          const accounts::v1::ExportBetsRequest* request,
                          accounts::v1::ExportBetsResponse* response) override;
  grpc::Status ImportBets(grpc::ServerContext* context,
                          const accounts::v1::ImportBetsRequest* request,
                          accounts::v1::ImportBetsResponse* response) override;
  grpc::Status SettleBets(grpc::ServerContext* context,
                          const accounts::v1::SettleBetsRequest* request,
                          grpc::ServerWriter<accounts::v1::SettleBetsResponse>* writer) override;
  grpc::Status CheckLedger(grpc::ServerContext* context,
                           const accounts::v1::CheckLedgerRequest* request,
                           accounts::v1::CheckLedgerResponse* response) override;

 private:
  Bets& bets_;
  rpc::Endpoint endpoint_;
};

}  // namespace fairline::accounts
