#include "services/ingest/fetch/http_fetcher.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <string_view>
#include <thread>

#include <curl/curl.h>
#include <fmt/format.h>
#include <strings.h>

namespace fairline::ingest {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestRetryAfter{60000};
constexpr milliseconds kCancelPoll{20};

struct Attempt {
  CURLcode code = CURLE_OK;
  long http_status = 0;
  milliseconds retry_after{0};
  Fetched fetched;
  bool too_large = false;
};

struct Receiver {
  Attempt* attempt;
  std::size_t max_bytes;
  const std::function<bool()>* cancelled;
};

std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* user) {
  auto* receiver = static_cast<Receiver*>(user);
  std::string& body = receiver->attempt->fetched.body;
  if (body.size() + size * count > receiver->max_bytes) {
    receiver->attempt->too_large = true;
    return 0;
  }
  body.append(data, size * count);
  return size * count;
}

std::optional<std::string> HeaderValue(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':' ||
      strncasecmp(line.data(), name.data(), name.size()) != 0) {
    return std::nullopt;
  }
  line.remove_prefix(name.size() + 1);
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  return std::string(line);
}

std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* user) {
  Fetched& fetched = static_cast<Receiver*>(user)->attempt->fetched;
  const std::string_view line(data, size * count);
  // A redirected answer brings several groups of headers; the last one counts.
  if (line.starts_with("HTTP/")) fetched.etag = fetched.last_modified = "";
  if (auto etag = HeaderValue(line, "ETag")) fetched.etag = *std::move(etag);
  if (auto modified = HeaderValue(line, "Last-Modified")) {
    fetched.last_modified = *std::move(modified);
  }
  return size * count;
}

int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<Receiver*>(user)->cancelled)() ? 1 : 0;
}

bool WorthAnotherAttempt(const Attempt& attempt) {
  if (attempt.too_large) return false;
  switch (attempt.code) {
    case CURLE_OK:
      return attempt.http_status == 429 || attempt.http_status >= 500;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
      return true;
    default:
      return false;
  }
}

// False when cancelled first.
bool Wait(milliseconds duration, const std::function<bool()>& cancelled) {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (std::chrono::steady_clock::now() < end) {
    if (cancelled()) return false;
    std::this_thread::sleep_for(std::min(duration, kCancelPoll));
  }
  return !cancelled();
}

milliseconds Jittered(milliseconds backoff) {
  thread_local std::minstd_rand random{std::random_device{}()};
  return milliseconds{static_cast<std::int64_t>(
      static_cast<double>(backoff.count()) * std::uniform_real_distribution<>(0.5, 1.5)(random))};
}

void InitCurlOnce() {
  static const bool once = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  (void)once;
}

}  // namespace

class HttpFetcher::Handle {
 public:
  Handle() : curl_(curl_easy_init()) {}
  ~Handle() { curl_easy_cleanup(curl_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  Attempt Get(const FetchRequest& request, const HttpFetcherOptions& options,
              const std::function<bool()>& cancelled) {
    Attempt attempt;
    Receiver receiver{&attempt, options.max_bytes, &cancelled};
    curl_slist* headers = nullptr;
    if (!request.etag.empty()) {
      headers = curl_slist_append(headers, ("If-None-Match: " + request.etag).c_str());
    }
    if (!request.last_modified.empty()) {
      headers = curl_slist_append(headers, ("If-Modified-Since: " + request.last_modified).c_str());
    }
    curl_easy_reset(curl_);
    curl_easy_setopt(curl_, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl_, CURLOPT_USERAGENT, options.user_agent.c_str());
    curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl_, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl_, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl_, CURLOPT_MAXREDIRS, 5L);
    curl_easy_setopt(curl_, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl_, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options.connect_timeout.count()));
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
    curl_easy_setopt(curl_, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(options.max_bytes));
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, OnBody);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &receiver);
    curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, OnHeader);
    curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &receiver);
    curl_easy_setopt(curl_, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl_, CURLOPT_XFERINFOFUNCTION, OnProgress);
    curl_easy_setopt(curl_, CURLOPT_XFERINFODATA, &receiver);
    attempt.code = curl_easy_perform(curl_);
    curl_slist_free_all(headers);
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &attempt.http_status);
    curl_off_t retry_after = 0;
    curl_easy_getinfo(curl_, CURLINFO_RETRY_AFTER, &retry_after);
    attempt.retry_after =
        std::min(kLongestRetryAfter, milliseconds{std::max<curl_off_t>(0, retry_after) * 1000});
    if (attempt.code == CURLE_FILESIZE_EXCEEDED) attempt.too_large = true;
    return attempt;
  }

 private:
  CURL* curl_;
};

HttpFetcher::HttpFetcher(HttpFetcherOptions options) : options_(std::move(options)) {
  InitCurlOnce();
}

HttpFetcher::~HttpFetcher() = default;

std::unique_ptr<HttpFetcher::Handle> HttpFetcher::TakeHandle() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<Handle>();
  std::unique_ptr<Handle> handle = std::move(idle_.back());
  idle_.pop_back();
  return handle;
}

absl::StatusOr<Fetched> HttpFetcher::Fetch(const FetchRequest& request,
                                           const std::function<bool()>& cancelled) {
  std::unique_ptr<Handle> handle = TakeHandle();
  Attempt attempt;
  milliseconds backoff = options_.first_backoff;
  for (int k = 1;; ++k) {
    attempt = handle->Get(request, options_, cancelled);
    if (cancelled()) return absl::CancelledError("the fetch was cancelled");
    if (k >= options_.max_attempts || !WorthAnotherAttempt(attempt)) break;
    if (!Wait(std::max(Jittered(backoff), attempt.retry_after), cancelled)) {
      return absl::CancelledError("the fetch was cancelled");
    }
    backoff *= 2;
  }
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(handle));
  }
  if (attempt.too_large) {
    return absl::ResourceExhaustedError(
        fmt::format("{} is larger than {} bytes", request.url, options_.max_bytes));
  }
  if (attempt.code != CURLE_OK) {
    return absl::UnavailableError(
        fmt::format("{}: {}", request.url, curl_easy_strerror(attempt.code)));
  }
  switch (attempt.http_status) {
    case 200:
      return std::move(attempt.fetched);
    case 304:
      return Fetched{FetchOutcome::kNotModified, "", "", ""};
    case 404:
    case 410:
      return Fetched{FetchOutcome::kAbsent, "", "", ""};
    default:
      break;
  }
  const std::string message = fmt::format("{}: HTTP status {}", request.url, attempt.http_status);
  if (WorthAnotherAttempt(attempt)) return absl::UnavailableError(message);
  return absl::FailedPreconditionError(message);
}

}  // namespace fairline::ingest
