#include "tools/fairline/commands/groups.hpp"
#include "tools/fairline/verify.hpp"

namespace fairline::cli {
namespace {

Action DeclareRecord(CLI::App& app) {
  auto competition = std::make_shared<std::string>();
  app.add_option("--competition", *competition, "code");
  return WithOptions(std::move(competition), ShowRecord);
}

Action DeclareVerify(CLI::App& app) {
  auto seal = std::make_shared<std::string>();
  app.add_option("--seal", *seal, "a seal kept from an earlier look");
  return WithOptions(std::move(seal), VerifyRecord);
}

}  // namespace

std::vector<Command> RecordCommands() {
  return {
      {"record", "how sealed forecasts and advice came out", DeclareRecord, "--competition E0"},
      {"verify", "checks the hash chain over everything that was sealed", DeclareVerify},
  };
}

}  // namespace fairline::cli
