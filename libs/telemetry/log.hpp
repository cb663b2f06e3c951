#pragma once
// Structured logging: one JSON object a line on standard error, with time, level, service, trace
// id, message and the given fields. Never log passwords, tokens or query strings.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace fairline::telemetry {

struct Field {
  std::string_view key;
  std::string value;
};
using Fields = std::initializer_list<Field>;

// Once at the start. Levels: debug, info, warning, error. False when `level` is none of them.
bool InitLogging(std::string_view service, std::string_view level);

void Debug(std::string_view message, Fields fields = {});
void Info(std::string_view message, Fields fields = {});
void Warn(std::string_view message, Fields fields = {});
void Error(std::string_view message, Fields fields = {});

}  // namespace fairline::telemetry
