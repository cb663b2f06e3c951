#pragma once
// Configuration from environment variables FAIRLINE_*. A service's config struct reads each of its
// variables once; this class remembers all of them for --help and collects every error, so that
// one start names everything that is wrong.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"

namespace fairline::config {

class Environment {
 public:
  explicit Environment(std::map<std::string, std::string> variables);

  // The FAIRLINE_* variables of this process.
  [[nodiscard]] static Environment OfProcess();

  // Without a fallback the variable is required. A missing or wrong one yields the fallback (or an
  // empty value) and an error in Finish().
  std::string Text(std::string_view name, std::string_view help,
                   std::optional<std::string> fallback = std::nullopt);
  std::int64_t Integer(std::string_view name, std::string_view help,
                       std::optional<std::int64_t> fallback, std::int64_t min, std::int64_t max);
  double Number(std::string_view name, std::string_view help, std::optional<double> fallback,
                double min, double max);
  // true, false, 1 or 0.
  bool Flag(std::string_view name, std::string_view help, bool fallback);
  std::optional<Instant> OptionalInstant(std::string_view name, std::string_view help);

  // NAME, or the contents of the file that NAME_FILE names (less a final newline). Required: no
  // secret has a default. A secret shorter than `min_length` bytes is refused.
  std::string Secret(std::string_view name, std::string_view help, std::size_t min_length = 1);
  // The same, but absent is allowed.
  std::optional<std::string> OptionalSecret(std::string_view name, std::string_view help,
                                            std::size_t min_length = 1);

  // Every error found while reading, one a line; variables nobody asked for are errors too.
  [[nodiscard]] absl::Status Finish() const;

  // One line a variable: name, meaning, default.
  [[nodiscard]] std::string Help() const;

 private:
  struct Entry {
    std::string name;
    std::string help;
    std::string fallback;  // as printed; "required" when there is none
  };
  const std::string* Find(std::string_view name);
  void Fail(std::string_view name, std::string_view reason);
  void Describe(std::string_view name, std::string_view help, std::string fallback);

  std::map<std::string, std::string> variables_;
  std::set<std::string> known_;
  std::vector<Entry> entries_;
  std::vector<std::string> errors_;
};

}  // namespace fairline::config
