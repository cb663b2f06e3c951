// fairline: the command line over the gateway's REST surface.

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "libs/core/program.hpp"
#include "libs/csv/text.hpp"
#include "tools/command_line/command_line.hpp"
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
    std::error_code unreadable;
    if (fs::is_directory(state_dir, unreadable)) settings.token_file = state_dir / "cli-token";
  }
  for (const auto& [name, value] :
       {std::pair("FAIRLINE_URL", settings.url), std::pair("FAIRLINE_USERNAME", settings.username),
        std::pair("FAIRLINE_PASSWORD", settings.password)}) {
    if (!csv::IsUtf8(value)) return InvalidField(name, "is not UTF-8 text");
  }
  return settings;
}

int Main(int argc, char** argv) {
  CLI::App app{"Fairline's command line", "fairline"};
  std::string state_dir = ".fairline", url;
  bool json = false;
  app.add_option("--state-dir", state_dir, "where tools/dev up keeps its state")
      ->type_name(command_line::kFolder)
      ->capture_default_str();
  app.add_option("--url", url, "address of the gateway");
  app.add_flag("--json", json, "print the answers as JSON");
  app.require_subcommand(1);
  Chosen chosen;
  const std::vector<Command> commands = AllCommands();
  AddCommands(app, commands, chosen);
  if (const auto code = command_line::Parse(app, argc, argv)) return *code;

  absl::StatusOr<ApiSettings> settings = ApiSettings{};
  if (chosen.command.needs_server) settings = FindSettings(state_dir, url);
  if (!settings.ok()) return EndWith(settings.status());
  ApiClient api(*std::move(settings));
  const bool by_address = !url.empty() || !Variable("FAIRLINE_URL").empty();
  Context context{api, json, by_address ? fs::path() : fs::path(state_dir)};
  return EndWith(chosen.action(context));
}

}  // namespace
}  // namespace fairline::cli

int main(int argc, char** argv) {
  return fairline::RunProgram("fairline", argc, argv,
                              [&] { return fairline::cli::Main(argc, argv); });
}
