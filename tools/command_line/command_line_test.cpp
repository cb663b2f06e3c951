#include "tools/command_line/command_line.hpp"

#include <catch2/catch.hpp>

#include "libs/core/program.hpp"
#include "tools/command_line/files.hpp"

namespace fairline::command_line {
namespace {

struct Arguments {
  bool json = false;
  std::string url, reason, file;
};

std::optional<int> ParseThese(std::vector<std::string> words, Arguments& read) {
  CLI::App app{"A program", "program"};
  app.add_flag("--json", read.json);
  app.add_option("--url", read.url);
  app.require_subcommand(1);
  auto* bets = app.add_subcommand("bets", "")->fallthrough()->require_subcommand(1);
  auto* list = bets->add_subcommand("list", "");
  list->add_option("--reason", read.reason);
  list->add_option("file", read.file)->type_name(kFile);
  app.add_subcommand("forecasts", "")->fallthrough();
  words.insert(words.begin(), "program");
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  return Parse(app, static_cast<int>(pointers.size()), pointers.data());
}

TEST_CASE("options of the program stand before the command, after it, or within", "[arguments]") {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--json", "--url", "u", "bets", "list"},
                                             {"bets", "--json", "list", "--url=u"},
                                             {"bets", "list", "--url", "u", "--json"}}) {
    Arguments read;
    CHECK_FALSE(ParseThese(words, read).has_value());
    CHECK(read.json);
    CHECK(read.url == "u");
  }
}

TEST_CASE("a negative number is an argument, not an option", "[arguments]") {
  Arguments read;
  CHECK_FALSE(ParseThese({"bets", "list", "-105"}, read).has_value());
  CHECK(read.file == " -105");
  CHECK_FALSE(ParseThese({"bets", "list", "--reason", "-105"}, read).has_value());
  CHECK(read.reason == "-105");
  CHECK(ParseThese({"bets", "list", "-x"}, read) == kExitUsage);
}

TEST_CASE("what is not understood ends with the code for usage", "[arguments]") {
  Arguments read;
  CHECK(ParseThese({"bogus"}, read) == kExitUsage);
  CHECK(ParseThese({}, read) == kExitUsage);
  CHECK(ParseThese({"bets", "lst"}, read) == kExitUsage);
  CHECK(ParseThese({"bets", "list", "--raeson", "x"}, read) == kExitUsage);
  CHECK(ParseThese({"bets", "list", "a", "b"}, read) == kExitUsage);
  CHECK(ParseThese({"bets", "list", "--help"}, read) == kExitDone);
  CHECK(ParseThese({"bets", "--version"}, read) == kExitDone);
}

TEST_CASE("text must be UTF-8, a path may be any bytes", "[arguments]") {
  Arguments read;
  CHECK(ParseThese({"bets", "list", "--reason", "d\xE9j\xE0"}, read) == kExitFailed);
  CHECK(ParseThese({"bets", "list", "--reason=d\xE9j\xE0"}, read) == kExitFailed);
  CHECK(ParseThese({"bets", "list", "--url", "\xE9"}, read) == kExitFailed);
  CHECK(ParseThese({"b\xE9ts"}, read) == kExitFailed);
  CHECK_FALSE(ParseThese({"bets", "list", "--reason", "d\xC3\xA9j\xC3\xA0"}, read).has_value());
  CHECK_FALSE(ParseThese({"bets", "list", "\xE9.csv"}, read).has_value());
  CHECK(read.file == "\xE9.csv");
}

TEST_CASE("a word is brought back to the command that it was meant to be", "[arguments]") {
  const std::vector<std::string> known = {"forecasts", "bets", "backtest", "run", "runs"};
  CHECK(Nearest("forecast", known) == "forecasts");
  CHECK(Nearest("froecasts", known) == "forecasts");
  CHECK(Nearest("bet", known) == "bets");
  CHECK(Nearest("back", known) == "backtest");
  CHECK(Nearest("rnu", known) == "run");
  CHECK(Nearest("bogus", known).empty());
  CHECK(Nearest("", known).empty());
}

TEST_CASE("files are read and written, or named with the reason", "[files]") {
  const auto path = std::filesystem::temp_directory_path() / "fairline-command-line-test";
  REQUIRE(WriteFile(path, "bytes \xE9").ok());
  CHECK(ReadFile(path).value() == "bytes \xE9");
  std::filesystem::remove(path);
  CHECK(MessageOf(ReadFile(path).status()) ==
        "cannot read " + path.string() + ": No such file or directory");
  CHECK(MessageOf(ReadFile("/").status()) == "cannot read /: Is a directory");
  CHECK(MessageOf(WriteFile("/", "x")) == "cannot write /: Is a directory");
  CHECK(MessageOf(WriteFile("/dev/full", "x")) ==
        "cannot write /dev/full: No space left on device");
}

}  // namespace
}  // namespace fairline::command_line
