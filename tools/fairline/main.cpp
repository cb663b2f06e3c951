// fairline: the command line over the gateway's REST surface.

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <span>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tools/fairline/arguments.hpp"
#include "tools/fairline/command.hpp"

namespace fairline::cli {
namespace {

namespace fs = std::filesystem;

std::string FirstLine(const fs::path& path) {
  std::ifstream stream(path);
  std::string line;
  std::getline(stream, line);
  return line;
}

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The state directory of tools/dev tells the address and the first admin's password; FAIRLINE_URL,
// FAIRLINE_USERNAME and FAIRLINE_PASSWORD go before it.
absl::StatusOr<ApiSettings> FindSettings(const fs::path& state_dir, std::string url) {
  ApiSettings settings;
  if (url.empty()) url = Variable("FAIRLINE_URL");
  if (url.empty()) url = FirstLine(state_dir / "url");
  if (url.empty()) {
    return absl::NotFoundError(
        fmt::format("no Fairline is known in {}: start one by tools/dev up, or name one by --url "
                    "or FAIRLINE_URL",
                    state_dir.string()));
  }
  while (url.ends_with('/')) url.pop_back();
  settings.url = url;
  settings.username = Variable("FAIRLINE_USERNAME");
  settings.password = Variable("FAIRLINE_PASSWORD");
  if (settings.username.empty()) {
    settings.username = "admin";
    if (settings.password.empty())
      settings.password = FirstLine(state_dir / "initial-admin-password");
    if (fs::is_directory(state_dir)) settings.token_file = state_dir / "cli-token";
  }
  return settings;
}

int Fail(const absl::Status& status) {
  fmt::print(stderr, "fairline: {}\n", MessageOf(status));
  return 1;
}

int Main(int argc, char** argv) {
  const std::span<char*> all(argv, static_cast<std::size_t>(argc));
  if (const absl::Status text = CheckEncoding(all); !text.ok()) return Fail(text);
  CLI::App app{"Fairline's command line", "fairline"};
  std::string state_dir = ".fairline", url;
  bool json = false;
  app.add_option("--state-dir", state_dir, "where tools/dev up keeps its state")
      ->capture_default_str();
  app.add_option("--url", url, "address of the gateway");
  app.add_flag("--json", json, "print the answers as JSON");
  app.require_subcommand(1);
  Chosen chosen;
  const std::vector<Command> commands = AllCommands();
  AddCommands(app, commands, chosen);
  CLI11_PARSE(app, argc, argv);

  absl::StatusOr<ApiSettings> settings = ApiSettings{};
  if (chosen.command.needs_server) settings = FindSettings(state_dir, url);
  absl::Status status = settings.status();
  if (settings.ok()) {
    ApiClient api(*std::move(settings));
    Context context{api, json};
    status = chosen.action(context);
  }
  return status.ok() ? 0 : Fail(status);
}

}  // namespace
}  // namespace fairline::cli

int main(int argc, char** argv) {
  // Libraries throw where nothing was foreseen; what they say is better than an abort.
  try {
    return fairline::cli::Main(argc, argv);
  } catch (const std::exception& error) {
    return fairline::cli::Fail(absl::InternalError(error.what()));
  }
}
