#pragma once
// fairline.accounts.v1.AccountsService over the use cases of app/accounts.hpp.

#include "fairline/accounts/v1/accounts.grpc.pb.h"

#include "libs/rpc/call.hpp"
#include "services/accounts/app/identity/accounts.hpp"

namespace fairline::accounts {

class AccountsService final : public accounts::v1::AccountsService::Service {
 public:
  // `clock` is real time; both outlive this.
  AccountsService(Accounts& accounts, const Clock& clock, rpc::Endpoint endpoint)
      : accounts_(accounts), clock_(clock), endpoint_(std::move(endpoint)) {}

  grpc::Status SignUp(grpc::ServerContext* context, const accounts::v1::SignUpRequest* request,
                      accounts::v1::SignUpResponse* response) override;
  grpc::Status SignIn(grpc::ServerContext* context, const accounts::v1::SignInRequest* request,
                      accounts::v1::SignInResponse* response) override;
  grpc::Status Authenticate(grpc::ServerContext* context,
                            const accounts::v1::AuthenticateRequest* request,
                            accounts::v1::AuthenticateResponse* response) override;
  grpc::Status GetAccount(grpc::ServerContext* context,
                          const accounts::v1::GetAccountRequest* request,
                          accounts::v1::GetAccountResponse* response) override;
  grpc::Status ChangePassword(grpc::ServerContext* context,
                              const accounts::v1::ChangePasswordRequest* request,
                              accounts::v1::ChangePasswordResponse* response) override;
  grpc::Status SetBankroll(grpc::ServerContext* context,
                           const accounts::v1::SetBankrollRequest* request,
                           accounts::v1::SetBankrollResponse* response) override;
  grpc::Status SetRisk(grpc::ServerContext* context, const accounts::v1::SetRiskRequest* request,
                       accounts::v1::SetRiskResponse* response) override;
  grpc::Status SetCurrency(grpc::ServerContext* context,
                           const accounts::v1::SetCurrencyRequest* request,
                           accounts::v1::SetCurrencyResponse* response) override;
  grpc::Status ListJournal(grpc::ServerContext* context,
                           const accounts::v1::ListJournalRequest* request,
                           accounts::v1::ListJournalResponse* response) override;
  grpc::Status ListUsers(grpc::ServerContext* context,
                         const accounts::v1::ListUsersRequest* request,
                         accounts::v1::ListUsersResponse* response) override;
  grpc::Status UpdateUser(grpc::ServerContext* context,
                          const accounts::v1::UpdateUserRequest* request,
                          accounts::v1::UpdateUserResponse* response) override;
  grpc::Status DeleteUser(grpc::ServerContext* context,
                          const accounts::v1::DeleteUserRequest* request,
                          accounts::v1::DeleteUserResponse* response) override;
  grpc::Status ListAuditEvents(grpc::ServerContext* context,
                               const accounts::v1::ListAuditEventsRequest* request,
                               accounts::v1::ListAuditEventsResponse* response) override;

 private:
  Accounts& accounts_;
  const Clock& clock_;
  rpc::Endpoint endpoint_;
};

}  // namespace fairline::accounts
