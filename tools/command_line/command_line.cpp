#include "tools/command_line/command_line.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "libs/core/program.hpp"
#include "libs/csv/text.hpp"

namespace fairline::command_line {
namespace {

// Edits that make `b` of `a`: letters left out, added, changed, or two neighbours swapped (optimal
// string alignment; Boytsov 2011).
std::size_t Edits(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> edits(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        edits[i][j] = i + j;
        continue;
      }
      const std::size_t changed = edits[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      edits[i][j] = std::min({edits[i - 1][j] + 1, edits[i][j - 1] + 1, changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
      }
    }
  }
  return edits[a.size()][b.size()];
}

std::string DidYouMean(const std::string& nearest) {
  return nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest);
}

// The commands that were given, the program itself first.
std::vector<const CLI::App*> Given(const CLI::App& app) {
  std::vector<const CLI::App*> given = {&app};
  for (const CLI::App* sub : app.get_subcommands()) {
    const auto below = Given(*sub);
    given.insert(given.end(), below.begin(), below.end());
  }
  return given;
}

// What is wrong with the first word that stands where a command should and is none; empty when all
// are commands.
std::string UnknownCommand(const CLI::App& app, std::span<char* const> arguments) {
  const CLI::App* at = &app;
  std::string path = app.get_name();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string word = arguments[i];
    const auto commands = at->get_subcommands([](const CLI::App*) { return true; });
    if (commands.empty()) break;
    if (word.starts_with('-')) {
      const CLI::Option* option = app.get_option_no_throw(word);
      if (option != nullptr && option->get_items_expected_min() > 0) ++i;
      continue;
    }
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [&](const CLI::App* each) { return each->get_name() == word; });
    if (found == commands.end()) {
      std::vector<std::string> names;
      for (const CLI::App* each : commands) names.push_back(each->get_name());
      const std::string nearest = Nearest(word, names);
      return fmt::format("there is no command \"{} {}\"{}", path, word,
                         DidYouMean(nearest.empty() ? "" : path + ' ' + nearest));
    }
    at = *found;
    path += ' ' + word;
  }
  return "";
}

// The same of the first argument that was left over.
std::string UnknownArgument(const CLI::App& app) {
  for (const std::string& word : app.remaining(true)) {
    if (!word.starts_with('-')) return fmt::format("\"{}\" is one argument too many", word);
    std::vector<std::string> names;
    for (const CLI::App* given : Given(app)) {
      for (const CLI::Option* option : given->get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
      }
    }
    const std::string name = word.substr(0, word.find('='));
    return fmt::format("there is no option {}{}", name, DidYouMean(Nearest(name, names)));
  }
  return "";
}

bool IsPath(const CLI::Option& option) {
  return option.get_type_name() == kFile || option.get_type_name() == kFolder;
}

// The name of the first option, or place of an argument, whose text is not UTF-8; paths may be.
std::string NotUtf8(const CLI::App& app) {
  for (const CLI::App* given : Given(app)) {
    for (const CLI::Option* option : given->get_options()) {
      const auto& values = option->results();
      if (!IsPath(*option) && !std::all_of(values.begin(), values.end(), csv::IsUtf8)) {
        return option->get_name();
      }
    }
  }
  return "";
}

// The same where parsing has failed and the options are not in place.
std::string NotUtf8(std::span<char* const> arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (csv::IsUtf8(argument)) continue;
    std::string_view name;
    if (argument.starts_with('-')) {
      name = argument.substr(0, argument.find('='));
    } else if (i > 0 && arguments[i - 1][0] == '-') {
      name = arguments[i - 1];
    }
    return name.empty() || !csv::IsUtf8(name) ? fmt::format("argument {}", i + 1)
                                              : std::string(name);
  }
  return "";
}

// A negative number, "-105", is no option: with a blank before it the parser takes it as a value.
std::vector<std::string> WithNegativeNumbers(std::span<char* const> arguments) {
  std::vector<std::string> words;
  for (const char* argument : arguments) {
    std::string word = argument;
    const bool is_value = !words.empty() && words.back().starts_with("--");
    const bool negative = word.size() > 1 && word[0] == '-' && word[1] >= '0' && word[1] <= '9';
    words.push_back(negative && !is_value ? ' ' + word : word);
  }
  return words;
}

int RefuseText(const CLI::App& app, const std::string& option) {
  Note("{}: {}: is not UTF-8 text; is the terminal set to another encoding?\n", app.get_name(),
       option);
  return kExitFailed;
}

}  // namespace

std::string Nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string nearest;
  std::size_t least = (word.size() + 2) / 3 + 1;
  for (const std::string& each : known) {
    const bool beginning = word.size() > 2 && each.starts_with(word);
    const std::size_t edits = beginning ? 1 : Edits(word, each);
    if (edits >= least) continue;
    least = edits;
    nearest = each;
  }
  return nearest;
}

void AddJson(CLI::App& app, std::string& file) {
  app.add_option("--json", file, "every number as JSON, to this file or in place of the text")
      ->type_name(kFile)
      ->expected(0, 1)
      ->default_str("-");
}

std::optional<int> Parse(CLI::App& app, int argc, char** argv) {
  const std::string name = app.get_name();
  app.set_version_flag("--version", fmt::format("{} {}", name, Version()), "print the version");
  app.footer(app.get_footer() + std::string(kExitCodes));
  const auto given = std::span<char* const>(argv, static_cast<std::size_t>(argc));
  const auto arguments = given.subspan(std::min<std::size_t>(1, given.size()));
  try {
    std::vector<std::string> words = WithNegativeNumbers(arguments);
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
  } catch (const CLI::Success& wanted) {
    return app.exit(wanted);
  } catch (const CLI::ParseError& error) {
    if (const std::string option = NotUtf8(arguments); !option.empty()) {
      return RefuseText(app, option);
    }
    std::string wrong = UnknownCommand(app, arguments);
    if (wrong.empty()) wrong = UnknownArgument(app);
    Note("{}: {}\n\"{} --help\" tells more.\n", name, wrong.empty() ? error.what() : wrong, name);
    return kExitUsage;
  }
  if (const std::string option = NotUtf8(app); !option.empty()) return RefuseText(app, option);
  return std::nullopt;
}

}  // namespace fairline::command_line
