#include "libs/rpc/service_main.hpp"

#include <fmt/format.h>

namespace fairline::rpc {

MainAction ParseMainArguments(int argc, char** argv) {
  if (argc == 1) return MainAction::kServe;
  const std::string_view argument = argv[1];
  if (argc == 2 && (argument == "--help" || argument == "-h")) return MainAction::kHelp;
  if (argc == 2 && argument == "--health-check") return MainAction::kHealthCheck;
  Note("unknown argument: {}\n", argument);
  return MainAction::kUsageError;
}

std::string ProgramName(std::string_view service) {
  std::string name = "fairline-";
  for (const char c : service) name += c == '_' ? '-' : c;
  return name;
}

void PrintHelp(std::string_view name, std::string_view purpose, const config::Environment& env) {
  fmt::print(
      "{0}: {1}\n\nUsage:\n  {0}                 serve until SIGTERM\n"
      "  {0} --health-check  exit 0 when the service at FAIRLINE_LISTEN is serving\n"
      "  {0} --version       its version\n\n"
      "{2}\nSettings, from the environment:\n{3}",
      ProgramName(name), purpose, kExitCodes, env.Help());
}

int HealthCheckMain(const std::string& listen) {
  std::string address = listen;
  if (address.starts_with("0.0.0.0:")) address.replace(0, 7, "127.0.0.1");
  if (address.starts_with("[::]:")) address.replace(0, 4, "[::1]");
  const absl::Status status = CheckHealth(address, std::chrono::milliseconds(2000));
  if (status.ok()) return 0;
  Note("{}: {}\n", address, status.ToString());
  return 1;
}

}  // namespace fairline::rpc
