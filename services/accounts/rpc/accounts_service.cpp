#include "services/accounts/rpc/accounts_service.hpp"

#include "libs/rpc/client_address.hpp"
#include "services/accounts/app/ledger/limits.hpp"
#include "services/accounts/rpc/conversion.hpp"

namespace fairline::accounts {
namespace {

namespace pb = accounts::v1;

absl::StatusOr<std::optional<RiskLevel>> RiskOf(const char* field, sports::v1::Risk risk) {
  switch (risk) {
    case sports::v1::RISK_UNSPECIFIED:
      return std::optional<RiskLevel>();
    case sports::v1::RISK_LOW:
      return std::optional(RiskLevel::kLow);
    case sports::v1::RISK_MEDIUM:
      return std::optional(RiskLevel::kMedium);
    case sports::v1::RISK_HIGH:
      return std::optional(RiskLevel::kHigh);
    default:
      return InvalidField(field, "is not a risk level");
  }
}

std::string ClientAddress(const grpc::ServerContext& context) {
  const auto found = context.client_metadata().find(rpc::kClientAddressMetadataKey);
  if (found == context.client_metadata().end()) return context.peer();
  return std::string(found->second.data(), found->second.size());
}

}  // namespace

grpc::Status AccountsService::SignUp(grpc::ServerContext* context, const pb::SignUpRequest* request,
                                     pb::SignUpResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    // The older sign-up, which the door sends in its own name, asks nobody's age.
    if (!request->of_legal_age() && call.caller.kind != rpc::CallerKind::kService) {
      return InvalidField("of_legal_age", "must be true: betting is for adults only");
    }
    ASSIGN_OR_RETURN(const auto risk, RiskOf("risk", request->risk()));
    SignUpForm sign_up;
    sign_up.request_id = request->request_id();
    sign_up.username = request->username();
    sign_up.password = request->password();
    RETURN_IF_ERROR(CheckBankroll("bankroll_minor_units", Money{request->bankroll_minor_units()}));
    sign_up.bankroll = Money{request->bankroll_minor_units()};
    sign_up.risk = risk.value_or(RiskLevel::kLow);
    if (!request->currency().empty()) sign_up.currency = request->currency();
    sign_up.age_confirmed = request->of_legal_age();
    ASSIGN_OR_RETURN(const Account account, accounts_.Open(sign_up));
    Put(account, clock_.Now(), *response->mutable_account());
    return absl::OkStatus();
  });
}

grpc::Status AccountsService::SignIn(grpc::ServerContext* context, const pb::SignInRequest* request,
                                     pb::SignInResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(std::string token, accounts_.SignIn(request->username(), request->password(),
                                                         ClientAddress(*context)));
    response->set_access_token(std::move(token));
    response->set_expires_in_seconds(
        std::chrono::duration_cast<std::chrono::seconds>(kSessionLifetime).count());
    return absl::OkStatus();
  });
}

grpc::Status AccountsService::Authenticate(grpc::ServerContext* context,
                                           const pb::AuthenticateRequest* request,
                                           pb::AuthenticateResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const SignedIn signed_in,
                     accounts_.Authenticate(request->access_token(), request->fresh()));
    const Account& account = signed_in.account;
    Put(account, clock_.Now(), *response->mutable_account());
    response->set_session(signed_in.session);
    const absl::Status may_bet = CheckNotExcluded(account, clock_.Now());
    response->set_exclusion_notice(may_bet.message().data(), may_bet.message().size());
    if (!request->with_open_bets()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto open_bets, accounts_.ListOpenBets(account));
    for (const OpenBet& bet : open_bets) Put(bet, *response->mutable_open_bets()->add_bets());
    return absl::OkStatus();
  });
}

grpc::Status AccountsService::GetAccount(grpc::ServerContext* context,
                                         const pb::GetAccountRequest* request,
                                         pb::GetAccountResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const Account account, accounts_.Get(user_id));
    Put(account, clock_.Now(), *response->mutable_account());
    return absl::OkStatus();
  });
}

grpc::Status AccountsService::ChangePassword(grpc::ServerContext* context,
                                             const pb::ChangePasswordRequest* request,
                                             pb::ChangePasswordResponse*) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    return accounts_.ChangePassword(user_id, request->current_password(), request->new_password());
  });
}

grpc::Status AccountsService::SetBankroll(grpc::ServerContext* context,
                                          const pb::SetBankrollRequest* request,
                                          pb::SetBankrollResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    const Money bankroll{request->bankroll_minor_units()};
    RETURN_IF_ERROR(CheckBankroll("bankroll_minor_units", bankroll));
    ASSIGN_OR_RETURN(const Account account,
                     accounts_.SetBankroll(user_id, bankroll, request->request_id()));
    Put(account, clock_.Now(), *response->mutable_account());
    return absl::OkStatus();
  });
}

grpc::Status AccountsService::SetRisk(grpc::ServerContext* context,
                                      const pb::SetRiskRequest* request,
                                      pb::SetRiskResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const auto risk, RiskOf("risk", request->risk()));
    if (!risk) return InvalidField("risk", "must be RISK_LOW, RISK_MEDIUM or RISK_HIGH");
    ASSIGN_OR_RETURN(const Account account, accounts_.SetRisk(user_id, *risk));
    Put(account, clock_.Now(), *response->mutable_account());
    return absl::OkStatus();
  });
}

grpc::Status AccountsService::SetCurrency(grpc::ServerContext* context,
                                          const pb::SetCurrencyRequest* request,
                                          pb::SetCurrencyResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const Account account, accounts_.SetCurrency(user_id, request->currency()));
    Put(account, clock_.Now(), *response->mutable_account());
    return absl::OkStatus();
  });
}

grpc::Status AccountsService::ListJournal(grpc::ServerContext* context,
                                          const pb::ListJournalRequest* request,
                                          pb::ListJournalResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const PageOfIds page,
                     ParsePageOfIds(request->page_size(), request->page_token(), kPageSize));
    ASSIGN_OR_RETURN(auto listed, accounts_.ListJournal(user_id, page.AndOneMore()));
    const auto entries = CutPage(std::move(listed), page.size, [](const JournalEntry& last) {
      return PageToken<1>({last.entry_id});
    });
    for (const JournalEntry& entry : entries.items) {
      pb::JournalEntry& message = *response->add_entries();
      message.set_entry_id(entry.entry_id);
      message.set_kind(static_cast<pb::JournalKind>(entry.kind));
      message.set_amount_minor_units(entry.amount.minor_units);
      message.set_note(entry.note);
      *message.mutable_create_time() = rpc::ToTimestamp(entry.create_time);
    }
    response->set_next_page_token(entries.next_token);
    return absl::OkStatus();
  });
}

grpc::Status AccountsService::ListUsers(grpc::ServerContext* context,
                                        const pb::ListUsersRequest* request,
                                        pb::ListUsersResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const PageOfIds page,
                     ParsePageOfIds(request->page_size(), request->page_token(), kPageSize));
    ASSIGN_OR_RETURN(auto listed, accounts_.ListUsers(page.AndOneMore()));
    const auto accounts = CutPage(std::move(listed), page.size, [](const Account& last) {
      return PageToken<1>({last.user_id.value});
    });
    for (const Account& account : accounts.items)
      Put(account, clock_.Now(), *response->add_accounts());
    response->set_next_page_token(accounts.next_token);
    return absl::OkStatus();
  });
}

grpc::Status AccountsService::UpdateUser(grpc::ServerContext* context,
                                         const pb::UpdateUserRequest* request,
                                         pb::UpdateUserResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    UserChanges changes;
    if (request->has_new_username()) changes.username = request->new_username();
    if (request->has_new_bankroll_minor_units()) {
      changes.bankroll = Money{request->new_bankroll_minor_units()};
      RETURN_IF_ERROR(CheckBankroll("new_bankroll_minor_units", *changes.bankroll));
    }
    if (request->has_new_bankroll()) changes.bankroll_major = request->new_bankroll();
    ASSIGN_OR_RETURN(changes.risk, RiskOf("new_risk", request->new_risk()));
    if (request->has_new_role()) {
      changes.role = domain::RoleFromNumber(request->new_role());
      if (!changes.role) return InvalidField("new_role", "must be 0, 1 or 9");
    }
    ASSIGN_OR_RETURN(const Account account,
                     accounts_.Update(request->username(), changes, call.caller.name));
    Put(account, clock_.Now(), *response->mutable_account());
    return absl::OkStatus();
  });
}

grpc::Status AccountsService::DeleteUser(grpc::ServerContext* context,
                                         const pb::DeleteUserRequest* request,
                                         pb::DeleteUserResponse*) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) {
    return accounts_.Delete(request->username(), call.caller.name);
  });
}

grpc::Status AccountsService::ListAuditEvents(grpc::ServerContext* context,
                                              const pb::ListAuditEventsRequest* request,
                                              pb::ListAuditEventsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const PageOfIds page,
                     ParsePageOfIds(request->page_size(), request->page_token(), kPageSize));
    ASSIGN_OR_RETURN(auto listed, accounts_.ListAuditEvents(page.AndOneMore()));
    const auto events = CutPage(std::move(listed), page.size, [](const AuditEvent& last) {
      return PageToken<1>({last.event_id});
    });
    for (const AuditEvent& event : events.items) {
      pb::AuditEvent& message = *response->add_events();
      message.set_event_id(event.event_id);
      message.set_actor(event.actor);
      message.set_action(event.action);
      message.set_subject(event.subject);
      message.set_detail(event.detail);
      *message.mutable_create_time() = rpc::ToTimestamp(event.create_time);
    }
    response->set_next_page_token(events.next_token);
    return absl::OkStatus();
  });
}

}  // namespace fairline::accounts
