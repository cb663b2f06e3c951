#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "services/ingest/app/fetcher.hpp"

namespace fairline::ingest {

struct HttpFetcherOptions {
  std::string user_agent;
  int max_attempts = 4;
  // Before the second attempt; doubled before each further one, and each time multiplied by a
  // random factor from 0.5 to 1.5, so that many clients do not come back together.
  std::chrono::milliseconds first_backoff{500};
  std::chrono::milliseconds connect_timeout{10000};
  std::chrono::milliseconds timeout{60000};  // of one attempt
  std::size_t max_bytes = 32U << 20U;
};

// Fetches over HTTP and HTTPS by libcurl, reusing connections. Timeouts, lost connections, 429 and
// 5xx are tried again, after Retry-After when the server names it (up to a minute); 404 and 410
// are absent; other answers fail at once.
class HttpFetcher final : public Fetcher {
 public:
  explicit HttpFetcher(HttpFetcherOptions options);
  ~HttpFetcher() override;

  [[nodiscard]] absl::StatusOr<Fetched> Fetch(const FetchRequest& request,
                                              const std::function<bool()>& cancelled) override;

 private:
  class Handle;
  [[nodiscard]] std::unique_ptr<Handle> TakeHandle();

  const HttpFetcherOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_;
};

}  // namespace fairline::ingest
