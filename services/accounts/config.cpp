#include "services/accounts/config.hpp"

#include "services/accounts/storage/pg_account_store.hpp"

namespace fairline::accounts {

Config Config::Read(config::Environment& env) {
  Config config;
  config.host = rpc::HostConfig::Read(env);
  config.database = storage::DatabaseConfig::Read(env, "accounts", PgAccountStore::kSchemaVersion);
  config.session_key =
      env.Secret("FAIRLINE_SESSION_KEY", "signs bearer tokens, at least 32 bytes", 32);
  config.admin_password = env.OptionalSecret(
      "FAIRLINE_ADMIN_PASSWORD", "password of the first admin; needed until there is one");
  const std::int64_t role =
      env.Integer("FAIRLINE_NEW_USER_ROLE", "role of new accounts: 0 free, 1 premium", 0, 0, 1);
  config.new_user_role = role == 1 ? Role::kPremium : Role::kFree;
  return config;
}

}  // namespace fairline::accounts
