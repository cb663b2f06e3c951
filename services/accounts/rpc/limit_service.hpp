#pragma once
// fairline.accounts.v1.LimitService over the use cases of app/bets.hpp.

#include "fairline/accounts/v1/limits.grpc.pb.h"

#include "libs/rpc/call.hpp"
#include "services/accounts/app/ledger/own_limits.hpp"

namespace fairline::accounts {

class LimitService final : public accounts::v1::LimitService::Service {
 public:
  // `clock` is real time; all outlive this.
  LimitService(OwnLimits& limits, Accounts& accounts, const Clock& clock, rpc::Endpoint endpoint)
      : limits_(limits), accounts_(accounts), clock_(clock), endpoint_(std::move(endpoint)) {}

  grpc::Status Deposit(grpc::ServerContext* context, const accounts::v1::DepositRequest* request,
                       accounts::v1::DepositResponse* response) override;
  grpc::Status Withdraw(grpc::ServerContext* context, const accounts::v1::WithdrawRequest* request,
                        accounts::v1::WithdrawResponse* response) override;
  grpc::Status GetLimits(grpc::ServerContext* context,
                         const accounts::v1::GetLimitsRequest* request,
                         accounts::v1::GetLimitsResponse* response) override;
  grpc::Status SetLimit(grpc::ServerContext* context, const accounts::v1::SetLimitRequest* request,
                        accounts::v1::SetLimitResponse* response) override;
  grpc::Status ConfirmLimit(grpc::ServerContext* context,
                            const accounts::v1::ConfirmLimitRequest* request,
                            accounts::v1::ConfirmLimitResponse* response) override;
  grpc::Status ExcludeSelf(grpc::ServerContext* context,
                           const accounts::v1::ExcludeSelfRequest* request,
                           accounts::v1::ExcludeSelfResponse* response) override;

 private:
  OwnLimits& limits_;
  Accounts& accounts_;
  const Clock& clock_;
  rpc::Endpoint endpoint_;
};

}  // namespace fairline::accounts
