#include "libs/config/environment.hpp"

#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

extern char** environ;

namespace fairline::config {

Environment::Environment(std::map<std::string, std::string> variables)
    : variables_(std::move(variables)) {}

Environment Environment::OfProcess() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (text.starts_with("FAIRLINE_") && equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return Environment(std::move(variables));
}

const std::string* Environment::Find(std::string_view name) {
  known_.emplace(name);
  const auto found = variables_.find(std::string(name));
  return found == variables_.end() ? nullptr : &found->second;
}

void Environment::Fail(std::string_view name, std::string_view reason) {
  errors_.push_back(fmt::format("{}: {}", name, reason));
}

void Environment::Describe(std::string_view name, std::string_view help, std::string fallback) {
  for (const Entry& entry : entries_) {
    if (entry.name == name) return;
  }
  entries_.push_back({std::string(name), std::string(help), std::move(fallback)});
}

std::string Environment::Text(std::string_view name, std::string_view help,
                              std::optional<std::string> fallback) {
  Describe(name, help, fallback ? "default \"" + *fallback + "\"" : "required");
  if (const std::string* value = Find(name)) {
    if (value->empty() && !fallback) Fail(name, "is empty");
    return *value;
  }
  if (!fallback) Fail(name, "is required");
  return fallback.value_or("");
}

std::int64_t Environment::Integer(std::string_view name, std::string_view help,
                                  std::optional<std::int64_t> fallback, std::int64_t min,
                                  std::int64_t max) {
  Describe(name, help, fallback ? fmt::format("default {}", *fallback) : "required");
  const std::string* value = Find(name);
  if (value == nullptr) {
    if (!fallback) Fail(name, "is required");
    return fallback.value_or(min);
  }
  std::int64_t number = 0;
  const char* end = value->data() + value->size();
  const auto [stop, error] = std::from_chars(value->data(), end, number);
  if (error != std::errc() || stop != end || number < min || number > max) {
    Fail(name, fmt::format("\"{}\" is not an integer from {} to {}", *value, min, max));
    return fallback.value_or(min);
  }
  return number;
}

double Environment::Number(std::string_view name, std::string_view help,
                           std::optional<double> fallback, double min, double max) {
  Describe(name, help, fallback ? fmt::format("default {}", *fallback) : "required");
  const std::string* value = Find(name);
  if (value == nullptr) {
    if (!fallback) Fail(name, "is required");
    return fallback.value_or(min);
  }
  double number = 0;
  const char* end = value->data() + value->size();
  const auto [stop, error] = std::from_chars(value->data(), end, number);
  if (error != std::errc() || stop != end || !(number >= min && number <= max)) {
    Fail(name, fmt::format("\"{}\" is not a number from {} to {}", *value, min, max));
    return fallback.value_or(min);
  }
  return number;
}

bool Environment::Flag(std::string_view name, std::string_view help, bool fallback) {
  Describe(name, help, fmt::format("default {}", fallback));
  const std::string* value = Find(name);
  if (value == nullptr) return fallback;
  if (*value == "true" || *value == "1") return true;
  if (*value == "false" || *value == "0") return false;
  Fail(name, fmt::format("\"{}\" is not true or false", *value));
  return fallback;
}

std::optional<Instant> Environment::OptionalInstant(std::string_view name, std::string_view help) {
  Describe(name, help, "optional");
  const std::string* value = Find(name);
  if (value == nullptr || value->empty()) return std::nullopt;
  auto instant = ParseInstant(*value);
  if (!instant.ok()) {
    Fail(name, MessageOf(instant.status()));
    return std::nullopt;
  }
  return *instant;
}

std::optional<std::string> Environment::OptionalSecret(std::string_view name, std::string_view help,
                                                       std::size_t min_length) {
  const std::string file_name = std::string(name) + "_FILE";
  Describe(name, fmt::format("{} (or the file that {} names)", help, file_name), "secret");
  const std::string* value = Find(name);
  const std::string* file = Find(file_name);
  std::string secret;
  if (value != nullptr && file != nullptr) {
    Fail(name, "is set twice: as itself and as " + file_name);
    return std::nullopt;
  }
  if (value != nullptr) {
    secret = *value;
  } else if (file != nullptr) {
    std::ifstream stream(*file, std::ios::binary);
    if (!stream) {
      Fail(file_name, "cannot read \"" + *file + "\"");
      return std::nullopt;
    }
    secret.assign(std::istreambuf_iterator<char>(stream), {});
    while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
  } else {
    return std::nullopt;
  }
  if (secret.size() < min_length) {
    Fail(name, fmt::format("is shorter than {} bytes", min_length));
  }
  return secret;
}

std::string Environment::Secret(std::string_view name, std::string_view help,
                                std::size_t min_length) {
  const std::size_t errors_before = errors_.size();
  auto secret = OptionalSecret(name, help, min_length);
  for (Entry& entry : entries_) {
    if (entry.name == name) entry.fallback = "secret, required";
  }
  if (!secret && errors_.size() == errors_before) {
    Fail(name, fmt::format("is required (or {}_FILE)", name));
  }
  return secret.value_or("");
}

absl::Status Environment::Finish() const {
  std::string message;
  for (const std::string& error : errors_) message += "\n  " + error;
  for (const auto& [name, value] : variables_) {
    if (!known_.contains(name)) message += "\n  " + name + ": no such setting (see --help)";
  }
  if (message.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("configuration:" + message);
}

std::string Environment::Help() const {
  std::string text;
  for (const Entry& entry : entries_) {
    text += fmt::format("  {}\n      {} ({})\n", entry.name, entry.help, entry.fallback);
  }
  return text;
}

}  // namespace fairline::config
