#include "libs/storage/migrations.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>

#include <fmt/format.h>
#include <pqxx/pqxx>

#include "libs/core/sha256.hpp"

namespace fairline::storage {
namespace {

namespace fs = std::filesystem;

constexpr char kLock[] = "SELECT pg_advisory_lock(hashtext('fairline.migrate'))";

struct MigrationFile {
  int version;
  std::string name;
  std::string sql;
};

absl::StatusOr<std::vector<MigrationFile>> ReadMigrations(const fs::path& folder) {
  static const std::regex kName(R"(V(\d{3})__[a-z0-9_]+\.sql)");
  std::vector<MigrationFile> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    std::smatch match;
    if (!std::regex_match(name, match, kName)) {
      return absl::InvalidArgumentError("not named VNNN__verb_object.sql: " +
                                        entry.path().string());
    }
    std::ifstream stream(entry.path(), std::ios::binary);
    files.push_back(
        {std::stoi(match[1]), name, std::string{std::istreambuf_iterator<char>(stream), {}}});
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.version < b.version; });
  for (std::size_t i = 1; i < files.size(); ++i) {
    if (files[i].version == files[i - 1].version) {
      return absl::InvalidArgumentError(
          fmt::format("{}: two migrations of version {}", folder.string(), files[i].version));
    }
  }
  return files;
}

void MakeRolesAndSchemas(pqxx::connection& connection, std::span<const SchemaOwner> owners,
                         const std::map<std::string, std::string>& passwords) {
  pqxx::work transaction(connection);
  const std::string database =
      transaction.quote_name(transaction.exec1("SELECT current_database()")[0].as<std::string>());
  transaction.exec("REVOKE ALL ON DATABASE " + database + " FROM PUBLIC");
  transaction.exec("REVOKE ALL ON SCHEMA public FROM PUBLIC");
  for (const SchemaOwner& owner : owners) {
    const std::string role(owner.role), schema(owner.schema);
    if (transaction.exec_params("SELECT 1 FROM pg_roles WHERE rolname = $1", role).empty()) {
      transaction.exec("CREATE ROLE " + role + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE");
    }
    if (const auto password = passwords.find(role); password != passwords.end()) {
      transaction.exec("ALTER ROLE " + role + " PASSWORD " + transaction.quote(password->second));
    }
    transaction.exec("GRANT CONNECT, TEMPORARY ON DATABASE " + database + " TO " + role);
    transaction.exec("CREATE SCHEMA IF NOT EXISTS " + schema);
    transaction.exec("GRANT USAGE ON SCHEMA " + schema + " TO " + role);
    transaction.exec("CREATE TABLE IF NOT EXISTS " + schema +
                     ".schema_migrations (version int PRIMARY KEY, name text NOT NULL, sha256 text "
                     "NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())");
    transaction.exec("GRANT SELECT ON " + schema + ".schema_migrations TO " + role);
    transaction.exec("ALTER ROLE " + role + " SET search_path = " + schema);
    transaction.exec("ALTER ROLE " + role + " SET timezone = 'UTC'");
  }
  transaction.commit();
}

absl::Status MigrateSchema(pqxx::connection& connection, const SchemaOwner& owner,
                           const fs::path& folder,
                           const std::function<void(std::string_view)>& report) {
  ASSIGN_OR_RETURN(const std::vector<MigrationFile> files, ReadMigrations(folder));
  std::map<int, std::string> applied;
  {
    pqxx::nontransaction query(connection);
    for (const auto& row : query.exec(
             fmt::format("SELECT version, sha256 FROM {}.schema_migrations", owner.schema))) {
      applied.emplace(row[0].as<int>(), row[1].as<std::string>());
    }
  }
  for (const auto& [version, hash] : applied) {
    const auto file = std::find_if(files.begin(), files.end(),
                                   [v = version](const auto& f) { return f.version == v; });
    if (file == files.end() || Sha256Hex(file->sql) != hash) {
      return absl::FailedPreconditionError(
          fmt::format("migration {} of schema {} was applied and is now {}", version, owner.schema,
                      file == files.end() ? "missing" : "different"));
    }
  }
  for (const MigrationFile& file : files) {
    if (applied.contains(file.version)) continue;
    pqxx::work transaction(connection);
    transaction.exec(fmt::format("SET LOCAL search_path = {}", owner.schema));
    transaction.exec(file.sql);
    transaction.exec_params(
        fmt::format("INSERT INTO {}.schema_migrations (version, name, sha256) VALUES ($1, $2, $3)",
                    owner.schema),
        file.version, file.name, Sha256Hex(file.sql));
    transaction.commit();
    report(fmt::format("{}: {}", owner.schema, file.name));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Migrate(const std::string& owner_url, std::span<const SchemaOwner> owners,
                     const fs::path& services, const std::map<std::string, std::string>& passwords,
                     const std::function<void(std::string_view)>& report) {
  try {
    pqxx::connection connection(owner_url);
    pqxx::nontransaction(connection).exec(kLock);  // released when the connection closes
    MakeRolesAndSchemas(connection, owners, passwords);
    for (const SchemaOwner& owner : owners) {
      RETURN_IF_ERROR(MigrateSchema(connection, owner,
                                    services / std::string(owner.service) / "migrations", report));
    }
    return absl::OkStatus();
  } catch (const std::exception& error) {  // for the operator, in full
    return absl::InternalError(error.what());
  }
}

}  // namespace fairline::storage
