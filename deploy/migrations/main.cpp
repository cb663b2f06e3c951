// fairline-migrate: makes roles and schemas and brings every schema up to date, in one step, before
// any service starts. Safe to run again and beside itself.

#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "deploy/migrations/schema_owners.hpp"
#include "libs/config/environment.hpp"
#include "libs/core/program.hpp"
#include "libs/storage/migrations.hpp"

namespace fairline {
namespace {

int Migrate(int argc, char** argv) {
  auto env = config::Environment::OfProcess();
  const std::string url =
      env.Secret("FAIRLINE_OWNER_DATABASE_URL", "libpq connection string of the owning role");
  const std::string services =
      env.Text("FAIRLINE_SERVICES_DIR", "folder that holds <service>/migrations");
  std::map<std::string, std::string> passwords;
  for (const storage::SchemaOwner& owner : kSchemaOwners) {
    std::string variable = "FAIRLINE_";
    for (const char c : owner.schema) variable += static_cast<char>(std::toupper(c));
    variable += "_DB_PASSWORD";
    const auto password = env.OptionalSecret(
        variable, fmt::format("password of the role {}; unchanged when absent", owner.role), 16);
    if (password) passwords.emplace(owner.role, *password);
  }
  if (argc > 1) {
    fmt::print(
        "fairline-migrate: brings the database up to date\n\n{}\nSettings, from the "
        "environment:\n{}",
        kExitCodes, env.Help());
    return std::string_view(argv[1]) == "--help" ? kExitDone : kExitUsage;
  }
  absl::Status status = env.Finish();
  if (status.ok()) {
    status = storage::Migrate(url, kSchemaOwners, services, passwords,
                              [](std::string_view line) { fmt::print("{}\n", line); });
  }
  return EndWith(status);
}

}  // namespace
}  // namespace fairline

int main(int argc, char** argv) {
  return fairline::RunProgram("fairline-migrate", argc, argv,
                              [&] { return fairline::Migrate(argc, argv); });
}
