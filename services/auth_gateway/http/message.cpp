#include "services/auth_gateway/http/message.hpp"

#include <algorithm>

#include <absl/strings/match.h>

namespace fairline::auth_gateway {
namespace {

bool Same(std::string_view one, std::string_view other) {
  return absl::EqualsIgnoreCase({one.data(), one.size()}, {other.data(), other.size()});
}

template <typename Fields>
auto Find(Fields& fields, std::string_view name) {
  return std::find_if(fields.begin(), fields.end(),
                      [&](const HttpField& field) { return Same(field.name, name); });
}

}  // namespace

std::string HttpRequest::Field(std::string_view name) const {
  const auto found = Find(fields, name);
  return found == fields.end() ? std::string() : found->value;
}

bool HttpResponse::Has(std::string_view name) const { return Find(fields, name) != fields.end(); }

void HttpResponse::Set(std::string_view name, std::string value) {
  const auto found = Find(fields, name);
  if (found == fields.end()) {
    fields.push_back({std::string(name), std::move(value)});
  } else {
    found->value = std::move(value);
  }
}

void HttpResponse::SetBody(std::string text, std::string type) {
  body = std::move(text);
  content_type = std::move(type);
}

}  // namespace fairline::auth_gateway
