#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "libs/core/sha256.hpp"
#include "services/ingest/app/fetcher.hpp"

namespace fairline::ingest {

// A source held in memory; its base URL is "memory:". Answers conditional requests by ETag.
class FakeSource final : public Fetcher {
 public:
  void Put(const std::string& name, std::string text) {
    const std::lock_guard lock(mutex_);
    files_[name] = std::move(text);
  }
  // From now on every request of an address that begins like this fails.
  void Break(std::string address = "") { broken_ = std::move(address); }

  absl::StatusOr<Fetched> Fetch(const FetchRequest& request,
                                const std::function<bool()>& cancelled) override {
    const std::lock_guard lock(mutex_);
    if (cancelled()) return absl::CancelledError("cancelled");
    if (broken_ && request.url.starts_with(*broken_))
      return absl::UnavailableError("no route to host");
    const auto found = files_.find(request.url.substr(std::string("memory:/").size()));
    if (found == files_.end()) return Fetched{FetchOutcome::kAbsent, "", "", ""};
    std::string etag = '"' + Sha256Hex(found->second).substr(0, 16) + '"';
    if (request.etag == etag) return Fetched{FetchOutcome::kNotModified, "", "", ""};
    return Fetched{FetchOutcome::kFetched, found->second, std::move(etag), ""};
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> files_;
  std::optional<std::string> broken_;
};

}  // namespace fairline::ingest
