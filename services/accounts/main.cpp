// fairline-accounts: who may sign in, and what each account has and bets.

#include "libs/core/clock.hpp"
#include "libs/rpc/service_main.hpp"
#include "services/accounts/config.hpp"
#include "services/accounts/rpc/accounts_service.hpp"
#include "services/accounts/rpc/bet_service.hpp"
#include "services/accounts/rpc/limit_service.hpp"
#include "services/accounts/storage/change_notices.hpp"
#include "services/accounts/storage/pg_account_store.hpp"
#include "services/accounts/storage/pg_bet_store.hpp"
#include "services/accounts/storage/pg_journal.hpp"
#include "services/accounts/storage/pg_limit_store.hpp"

namespace fairline::accounts {
namespace {

absl::Status Serve(const Config& config, rpc::Host& host) {
  ASSIGN_OR_RETURN(const auto database,
                   storage::Database::Open(config.database, PgAccountStore::PrepareStatements));
  const RealClock clock;
  PgAccountStore store(*database, clock);
  PgChangeNotices notices(*database);
  PasswordHasher hasher;
  const SessionTokens tokens(config.session_key, clock);
  SignInLimiter limiter(clock);
  Accounts accounts(store, hasher, tokens, limiter, notices, clock, config.new_user_role);
  const ChangeListener listener(*database, accounts);
  RETURN_IF_ERROR(accounts.EnsureAdmin(config.admin_password));
  PgBetStore bet_store(*database, clock);
  PgJournal journal(*database, clock);
  PgLimitStore limit_store(*database, clock);
  Bets bets(bet_store, bet_store, journal, accounts, host.as_of());
  OwnLimits limits(limit_store, journal, accounts, host.as_of());

  AccountsService accounts_service(accounts, clock, host.EndpointFor<v1::AccountsService>());
  BetService bet_service(bets, host.EndpointFor<v1::BetService>());
  LimitService limit_service(limits, accounts, clock, host.EndpointFor<v1::LimitService>());
  host.Register(accounts_service);
  host.Register(bet_service);
  host.Register(limit_service);
  storage::AddToHost(host, *database);
  return host.Serve();
}

}  // namespace
}  // namespace fairline::accounts

int main(int argc, char** argv) {
  return fairline::rpc::ServiceMain<fairline::accounts::Config>(
      "accounts", "users and their sessions, bankrolls, bets and limits", argc, argv,
      fairline::accounts::Serve);
}
