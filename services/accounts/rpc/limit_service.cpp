#include "services/accounts/rpc/limit_service.hpp"

#include "services/accounts/rpc/conversion.hpp"

namespace fairline::accounts {
namespace {

namespace pb = accounts::v1;

using accounts::Put;  // beside those here

void Put(const Limit& limit, pb::Limit& message) {
  message.set_kind(static_cast<pb::LimitKind>(limit.kind));
  message.set_period(static_cast<pb::LimitPeriod>(limit.period));
  if (limit.amount) message.set_amount_minor_units(limit.amount->minor_units);
  message.set_used_minor_units(limit.used.minor_units);
  if (!limit.next_time) return;
  *message.mutable_next_time() = rpc::ToTimestamp(*limit.next_time);
  *message.mutable_next_expire_time() = rpc::ToTimestamp(*limit.next_time + kConfirmWithin);
  if (limit.next_amount) message.set_next_amount_minor_units(limit.next_amount->minor_units);
}

template <typename Request>
absl::StatusOr<NewLimit> WantedBy(const Request& request) {
  if (request.kind() < pb::LIMIT_KIND_DEPOSIT || request.kind() > pb::LIMIT_KIND_LOSS) {
    return InvalidField("kind", "must be that of a limit");
  }
  if (request.period() < pb::LIMIT_PERIOD_DAY || request.period() > pb::LIMIT_PERIOD_MONTH) {
    return InvalidField("period", "must be a day, a week or a month");
  }
  NewLimit wanted{static_cast<LimitKind>(request.kind()),
                  static_cast<LimitPeriod>(request.period()), std::nullopt};
  if (request.has_amount_minor_units()) wanted.amount = Money{request.amount_minor_units()};
  return wanted;
}

void PutExclusion(const Account& account, pb::Exclusion& message) {
  if (account.exclusion_start)
    *message.mutable_start_time() = rpc::ToTimestamp(*account.exclusion_start);
  if (account.excluded_until && *account.excluded_until < ForGood()) {
    *message.mutable_end_time() = rpc::ToTimestamp(*account.excluded_until);
  }
}

}  // namespace

grpc::Status LimitService::Deposit(grpc::ServerContext* context, const pb::DepositRequest* request,
                                   pb::DepositResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(
        const Account account,
        limits_.Deposit(user_id, Money{request->amount_minor_units()}, request->request_id()));
    response->set_bankroll_minor_units(account.bankroll.minor_units);
    return absl::OkStatus();
  });
}

grpc::Status LimitService::Withdraw(grpc::ServerContext* context,
                                    const pb::WithdrawRequest* request,
                                    pb::WithdrawResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(
        const Account account,
        limits_.Withdraw(user_id, Money{request->amount_minor_units()}, request->request_id()));
    response->set_bankroll_minor_units(account.bankroll.minor_units);
    return absl::OkStatus();
  });
}

grpc::Status LimitService::GetLimits(grpc::ServerContext* context,
                                     const pb::GetLimitsRequest* request,
                                     pb::GetLimitsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const auto limits, limits_.List(user_id));
    ASSIGN_OR_RETURN(const Account account, accounts_.Get(user_id));
    for (const Limit& limit : limits) Put(limit, *response->add_limits());
    if (account.Excluded(clock_.Now())) PutExclusion(account, *response->mutable_exclusion());
    return absl::OkStatus();
  });
}

grpc::Status LimitService::SetLimit(grpc::ServerContext* context,
                                    const pb::SetLimitRequest* request,
                                    pb::SetLimitResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const NewLimit wanted, WantedBy(*request));
    ASSIGN_OR_RETURN(const Limit limit, limits_.Set(user_id, wanted));
    Put(limit, *response->mutable_limit());
    return absl::OkStatus();
  });
}

grpc::Status LimitService::ConfirmLimit(grpc::ServerContext* context,
                                        const pb::ConfirmLimitRequest* request,
                                        pb::ConfirmLimitResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const NewLimit wanted, WantedBy(*request));
    ASSIGN_OR_RETURN(const Limit limit, limits_.Confirm(user_id, wanted));
    Put(limit, *response->mutable_limit());
    return absl::OkStatus();
  });
}

grpc::Status LimitService::ExcludeSelf(grpc::ServerContext* context,
                                       const pb::ExcludeSelfRequest* request,
                                       pb::ExcludeSelfResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    if (request->permanent() && request->days() != 0) {
      return InvalidField("days", "must be 0 when it is for good");
    }
    ASSIGN_OR_RETURN(
        const Account account,
        limits_.Exclude(user_id,
                        request->permanent() ? std::nullopt : std::optional<int>(request->days())));
    PutExclusion(account, *response->mutable_exclusion());
    return absl::OkStatus();
  });
}

}  // namespace fairline::accounts
