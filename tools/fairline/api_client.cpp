#include "tools/fairline/api_client.hpp"

#include <fstream>
#include <iterator>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "tools/fairline/event_stream.hpp"

namespace fairline::cli {
namespace {

constexpr long kTimeoutSeconds = 60;

struct Answer {
  long http_status = 0;
  std::string body;
};

std::size_t Append(char* data, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(data, size * count);
  return size * count;
}

// Takes the body as it comes, once the answer is known to be a good one.
using OnBytes = std::function<void(std::string_view)>;

struct Receiver {
  CURL* curl = nullptr;
  const OnBytes* on_bytes = nullptr;
  std::string* problem = nullptr;
};

std::size_t Receive(char* data, std::size_t size, std::size_t count, void* of) {
  const auto& receiver = *static_cast<Receiver*>(of);
  const std::string_view bytes(data, size * count);
  long http_status = 0;
  curl_easy_getinfo(receiver.curl, CURLINFO_RESPONSE_CODE, &http_status);
  if (http_status >= 300) {
    receiver.problem->append(bytes);
  } else {
    (*receiver.on_bytes)(bytes);
  }
  return bytes.size();
}

// A stream says something every few seconds; one that is silent for a minute has broken.
absl::StatusOr<Answer> Listen(const std::string& url, const std::string& token,
                              const std::string& last_event_id, const OnBytes& on_bytes) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return absl::InternalError("libcurl could not start");
  curl_slist* list = curl_slist_append(nullptr, "Accept: text/event-stream");
  if (!token.empty()) list = curl_slist_append(list, ("Authorization: Bearer " + token).c_str());
  if (!last_event_id.empty()) {
    list = curl_slist_append(list, ("Last-Event-ID: " + last_event_id).c_str());
  }
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(list, curl_slist_free_all);
  Answer answer;
  Receiver receiver{curl.get(), &on_bytes, &answer.body};
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Receive);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &receiver);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, kTimeoutSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) {
    return absl::UnavailableError(fmt::format("{}: {}", url, curl_easy_strerror(code)));
  }
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.http_status);
  return answer;
}

absl::StatusOr<Answer> Send(const std::string& method, const std::string& url,
                            const std::string& token, const std::optional<std::string>& body) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return absl::InternalError("libcurl could not start");
  curl_slist* list = curl_slist_append(nullptr, "Accept: application/json");
  if (body) list = curl_slist_append(list, "Content-Type: application/json");
  if (!token.empty()) list = curl_slist_append(list, ("Authorization: Bearer " + token).c_str());
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(list, curl_slist_free_all);

  Answer answer;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  if (body) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body->c_str());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
  }
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) {
    return absl::UnavailableError(fmt::format("{}: {}", url, curl_easy_strerror(code)));
  }
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.http_status);
  return answer;
}

absl::StatusCode CodeOf(long http_status) {
  switch (http_status) {
    case 400:
    case 422:
      return absl::StatusCode::kInvalidArgument;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 402:
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 409:
      return absl::StatusCode::kAlreadyExists;
    case 412:
      return absl::StatusCode::kFailedPrecondition;
    case 502:
    case 503:
    case 504:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kInternal;
  }
}

// The problem's own words, whatever their shape.
std::string DetailOf(const Answer& answer) {
  const nlohmann::json problem = nlohmann::json::parse(answer.body, nullptr, false);
  if (problem.is_object() && problem.contains("detail")) {
    const nlohmann::json& detail = problem["detail"];
    return detail.is_string() ? detail.get<std::string>() : detail.dump();
  }
  return fmt::format("HTTP status {}", answer.http_status);
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

void WritePrivately(const std::filesystem::path& path, const std::string& text) {
  const mode_t former = ::umask(077);
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text << '\n';
  ::umask(former);
}

}  // namespace

std::string PercentEncode(const std::string& text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

ApiClient::ApiClient(ApiSettings settings) : settings_(std::move(settings)) {
  if (!settings_.token_file.empty()) token_ = ReadFile(settings_.token_file);
}

absl::StatusOr<nlohmann::json> ApiClient::Get(const std::string& path, const Query& query) {
  std::string target = path;
  char separator = '?';
  for (const auto& [name, value] : query) {
    if (value.empty()) continue;
    target += fmt::format("{}{}={}", separator, name, PercentEncode(value));
    separator = '&';
  }
  return Call("GET", target, std::nullopt);
}

absl::StatusOr<std::string> ApiClient::GetText(const std::string& path) {
  return CallText("GET", path, std::nullopt);
}

absl::StatusOr<nlohmann::json> ApiClient::Post(const std::string& path,
                                               const nlohmann::json& body) {
  return Call("POST", path, body);
}

absl::StatusOr<nlohmann::json> ApiClient::Patch(const std::string& path,
                                                const nlohmann::json& body) {
  return Call("PATCH", path, body);
}

absl::StatusOr<nlohmann::json> ApiClient::Put(const std::string& path, const nlohmann::json& body) {
  return Call("PUT", path, body);
}

absl::StatusOr<nlohmann::json> ApiClient::Delete(const std::string& path) {
  return Call("DELETE", path, std::nullopt);
}

absl::Status ApiClient::Watch(const std::string& path, std::string& resume_token,
                              const std::function<void(const nlohmann::json&)>& on_message) {
  absl::Status failure;
  bool ended = false;
  EventStream events([&](const ServerSentEvent& event) {
    if (!event.id.empty()) resume_token = event.id;
    const nlohmann::json data = nlohmann::json::parse(event.data, nullptr, false);
    if (event.type == "error") {
      failure = absl::Status(CodeOf(data.value("status", 0L)),
                             DetailOf({.http_status = 0, .body = event.data}));
    } else if (event.type == "end") {
      ended = true;
    } else if (data.is_object()) {
      on_message(data);
    }
  });
  const OnBytes on_bytes = [&](std::string_view bytes) { events.Feed(bytes); };
  if (token_.empty() && !settings_.password.empty()) RETURN_IF_ERROR(SignIn());
  ASSIGN_OR_RETURN(Answer answer, Listen(settings_.url + path, token_, resume_token, on_bytes));
  if (answer.http_status == 401 && !settings_.password.empty()) {
    RETURN_IF_ERROR(SignIn());
    ASSIGN_OR_RETURN(answer, Listen(settings_.url + path, token_, resume_token, on_bytes));
  }
  if (answer.http_status >= 300) {
    return absl::Status(CodeOf(answer.http_status), DetailOf(answer));
  }
  if (!failure.ok() || ended) return failure;
  return absl::UnavailableError(path + " ended in its midst");
}

absl::StatusOr<nlohmann::json> ApiClient::GetAll(const std::string& path, const std::string& field,
                                                 Query query, std::size_t limit) {
  nlohmann::json items = nlohmann::json::array();
  query.emplace_back("page_token", "");
  while (items.size() < limit) {
    ASSIGN_OR_RETURN(const nlohmann::json page, Get(path, query));
    for (const nlohmann::json& item : page.value(field, nlohmann::json::array())) {
      if (items.size() < limit) items.push_back(item);
    }
    query.back().second = page.value("next_page_token", "");
    if (query.back().second.empty()) break;
  }
  return items;
}

absl::StatusOr<nlohmann::json> ApiClient::Call(const std::string& method, const std::string& path,
                                               const std::optional<nlohmann::json>& body) {
  ASSIGN_OR_RETURN(const std::string answer, CallText(method, path, body));
  nlohmann::json json = nlohmann::json::parse(answer, nullptr, false);
  if (json.is_discarded()) return absl::InternalError(path + " did not answer with JSON");
  return json;
}

absl::StatusOr<std::string> ApiClient::CallText(const std::string& method, const std::string& path,
                                                const std::optional<nlohmann::json>& body) {
  const std::optional<std::string> text = body ? std::optional(body->dump()) : std::nullopt;
  if (token_.empty() && !settings_.password.empty()) RETURN_IF_ERROR(SignIn());
  ASSIGN_OR_RETURN(Answer answer, Send(method, settings_.url + path, token_, text));
  if (answer.http_status == 401 && !settings_.password.empty()) {
    RETURN_IF_ERROR(SignIn());
    ASSIGN_OR_RETURN(answer, Send(method, settings_.url + path, token_, text));
  }
  if (answer.http_status >= 300) {
    return absl::Status(CodeOf(answer.http_status), DetailOf(answer));
  }
  return answer.body;
}

absl::Status ApiClient::SignIn() {
  const nlohmann::json credentials{{"username", settings_.username},
                                   {"password", settings_.password}};
  ASSIGN_OR_RETURN(const Answer answer,
                   Send("POST", settings_.url + "/v1/sessions", "", credentials.dump()));
  const nlohmann::json json = nlohmann::json::parse(answer.body, nullptr, false);
  if (answer.http_status != 200 || !json.is_object() || !json.contains("access_token")) {
    return absl::Status(CodeOf(answer.http_status),
                        fmt::format("{} cannot sign in: {}", settings_.username, DetailOf(answer)));
  }
  token_ = json["access_token"].get<std::string>();
  if (!settings_.token_file.empty()) WritePrivately(settings_.token_file, token_);
  return absl::OkStatus();
}

}  // namespace fairline::cli
