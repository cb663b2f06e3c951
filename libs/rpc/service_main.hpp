#pragma once
// main() of every service: --help, --version, --health-check, configuration, logging, exit code.
//
//   int main(int argc, char** argv) {
//     return fairline::rpc::ServiceMain<Config>("ingest", "one sentence", argc, argv, Run);
//   }
//
// Config needs `rpc::HostConfig host` and `static Config Read(config::Environment&)`.

#include <string>
#include <string_view>

#include "libs/core/program.hpp"
#include "libs/rpc/host.hpp"
#include "libs/telemetry/log.hpp"

namespace fairline::rpc {

// What the command line asked for, other than to serve.
enum class MainAction { kServe, kHelp, kHealthCheck, kUsageError };
[[nodiscard]] MainAction ParseMainArguments(int argc, char** argv);

void PrintHelp(std::string_view name, std::string_view purpose, const config::Environment& env);

// Exit code 0 when the service at FAIRLINE_LISTEN says SERVING.
[[nodiscard]] int HealthCheckMain(const std::string& listen);

// "fairline-model-registry" of "model_registry".
[[nodiscard]] std::string ProgramName(std::string_view service);

template <typename Config>
int RunService(std::string_view name, std::string_view purpose, int argc, char** argv,
               absl::Status (*run)(const Config&, Host&)) {
  config::Environment env = config::Environment::OfProcess();
  const Config config = Config::Read(env);
  switch (ParseMainArguments(argc, argv)) {
    case MainAction::kHelp:
      PrintHelp(name, purpose, env);
      return kExitDone;
    case MainAction::kHealthCheck:
      return HealthCheckMain(config.host.listen);
    case MainAction::kUsageError:
      PrintHelp(name, purpose, env);
      return kExitUsage;
    case MainAction::kServe:
      break;
  }
  absl::Status status = env.Finish();
  if (status.ok() && !telemetry::InitLogging(name, config.host.log_level)) {
    status = absl::InvalidArgumentError("FAIRLINE_LOG_LEVEL: not debug, info, warning or error");
  }
  if (!status.ok()) {
    Note("{}: {}\n", ProgramName(name), MessageOf(status));
    return kExitUsage;
  }
  auto host = Host::Make(std::string(name), config.host);
  status = host.ok() ? run(config, **host) : host.status();
  if (status.ok()) return kExitDone;
  telemetry::Error("stopped", {{"error", status.ToString()}});
  return kExitFailed;
}

template <typename Config>
int ServiceMain(std::string_view name, std::string_view purpose, int argc, char** argv,
                absl::Status (*run)(const Config&, Host&)) {
  return RunProgram(ProgramName(name), argc, argv,
                    [&] { return RunService(name, purpose, argc, argv, run); });
}

}  // namespace fairline::rpc
