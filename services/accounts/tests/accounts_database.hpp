#pragma once
// The accounts service's own database as its programs open it, on a test's PostgreSQL.

#include <memory>

#include "libs/storage/database.hpp"
#include "libs/testing/postgres.hpp"
#include "services/accounts/storage/pg_account_store.hpp"

namespace fairline::accounts {

inline std::unique_ptr<storage::Database> OpenAccountsDatabase(
    const testing::PrivatePostgres& postgres, int connections = 8) {
  storage::DatabaseConfig config;
  config.url = postgres.Url("fairline_accounts");
  config.pool_size = connections;
  config.schema = "accounts";
  config.required_version = PgAccountStore::kSchemaVersion;
  return storage::Database::Open(config, PgAccountStore::PrepareStatements).value();
}

}  // namespace fairline::accounts
