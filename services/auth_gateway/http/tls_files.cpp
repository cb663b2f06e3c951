#include "services/auth_gateway/http/tls_files.hpp"

#include "libs/telemetry/log.hpp"

namespace fairline::auth_gateway {
namespace {

namespace ssl = boost::asio::ssl;
constexpr std::chrono::seconds kLookEvery{2};

}  // namespace

absl::StatusOr<TlsFiles> TlsFiles::Open(std::string certificate, std::string key) {
  TlsFiles files(std::move(certificate), std::move(key));
  files.times_ = files.TimesNow();
  files.looked_ = std::chrono::steady_clock::now();
  ASSIGN_OR_RETURN(files.current_, files.Load());
  return files;
}

TlsFiles::Times TlsFiles::TimesNow() const {
  std::error_code ignored;
  return {std::filesystem::last_write_time(certificate_, ignored),
          std::filesystem::last_write_time(key_, ignored)};
}

absl::StatusOr<std::shared_ptr<ssl::context>> TlsFiles::Load() const {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  boost::system::error_code error;
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                           ssl::context::no_sslv3 | ssl::context::no_tlsv1 |
                           ssl::context::no_tlsv1_1,
                       error);
  if (!error) context->use_certificate_chain_file(certificate_, error);
  if (error) {
    return absl::InvalidArgumentError("no certificate in " + certificate_ + ": " + error.message());
  }
  context->use_private_key_file(key_, ssl::context::pem, error);
  if (error) return absl::InvalidArgumentError("no key in " + key_ + ": " + error.message());
  if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
    return absl::InvalidArgumentError("the key of " + key_ + " is not that of " + certificate_);
  }
  return context;
}

std::shared_ptr<ssl::context> TlsFiles::Current() {
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_ < kLookEvery) return current_;
  looked_ = now;
  const Times times = TimesNow();
  if (times == times_) return current_;
  auto loaded = Load();
  if (!loaded.ok()) {
    telemetry::Warn("the certificate's files changed and cannot be used",
                    {{"error", std::string(loaded.status().message())}});
    return current_;
  }
  times_ = times;
  current_ = *std::move(loaded);
  telemetry::Info("the certificate was read anew");
  return current_;
}

}  // namespace fairline::auth_gateway
