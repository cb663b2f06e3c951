#pragma once
// A certificate in files, which are renewed while the server runs.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/ssl/context.hpp>

#include "libs/core/status.hpp"

namespace fairline::auth_gateway {

// For one thread.
class TlsFiles {
 public:
  // PEM files of the certificate with its chain, and of its key. InvalidArgument, naming the file,
  // when they cannot be read or do not belong together.
  [[nodiscard]] static absl::StatusOr<TlsFiles> Open(std::string certificate, std::string key);

  // For a new connection: TLS 1.2 and 1.3 with the files as they are, looked at every few seconds.
  // While files that changed cannot be used (one is written before the other), what they held
  // before.
  [[nodiscard]] std::shared_ptr<boost::asio::ssl::context> Current();

 private:
  TlsFiles(std::string certificate, std::string key)
      : certificate_(std::move(certificate)), key_(std::move(key)) {}
  using Times = std::pair<std::filesystem::file_time_type, std::filesystem::file_time_type>;
  [[nodiscard]] Times TimesNow() const;
  [[nodiscard]] absl::StatusOr<std::shared_ptr<boost::asio::ssl::context>> Load() const;

  std::string certificate_;
  std::string key_;
  std::shared_ptr<boost::asio::ssl::context> current_;
  Times times_;
  std::chrono::steady_clock::time_point looked_;
};

}  // namespace fairline::auth_gateway
