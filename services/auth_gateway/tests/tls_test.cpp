#include <cstdlib>
#include <filesystem>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <httplib.h>
#include <unistd.h>

#include "services/auth_gateway/http/http_server.hpp"

namespace fairline::auth_gateway {
namespace {

// A new certificate that signs itself, and its key, for 127.0.0.1.
void MakeCertificate(const std::filesystem::path& folder, const std::string& name) {
  const std::string command = fmt::format(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
      "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout {0}/{1}.key -out "
      "{0}/{1}.pem "
      "2>/dev/null",
      folder.string(), name);
  REQUIRE(std::system(command.c_str()) == 0);
}

// The status for a client that believes this certificate alone; 0 when it is not the server's.
int StatusFor(int port, const std::filesystem::path& certificate) {
  httplib::SSLClient client("127.0.0.1", port);
  client.set_ca_cert_path(certificate.c_str());
  client.enable_server_certificate_verification(true);
  const auto response = client.Get("/");
  return response ? response->status : 0;
}

TEST_CASE("TLS by files, of which new connections take the renewed", "[gateway][http]") {
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("fairline-tls-{}", getpid());
  std::filesystem::create_directories(folder);
  MakeCertificate(folder, "live");
  MakeCertificate(folder, "next");
  std::filesystem::copy_file(folder / "live.pem", folder / "first.pem");
  HttpServerOptions options;
  options.listen = "127.0.0.1:0";
  options.workers = 2;
  options.tls_certificate_file = folder / "live.pem";
  const auto start = [&] {
    return HttpServer::Start(
        options, [](const HttpRequest&, HttpResponse& response) { response.status = 200; },
        [](const HttpRequest&, HttpResponse&) {});
  };
  CHECK(absl::IsInvalidArgument(start().status()));  // a certificate without a key
  options.tls_key_file = folder / "next.key";
  CHECK(absl::IsInvalidArgument(start().status()));  // another's key
  options.tls_key_file = folder / "live.key";
  const auto server = start().value();
  CHECK(StatusFor(server->port(), folder / "first.pem") == 200);
  CHECK(StatusFor(server->port(), folder / "next.pem") == 0);
  httplib::Client plain("127.0.0.1", server->port());
  CHECK_FALSE(plain.Get("/"));

  std::filesystem::rename(folder / "next.key", folder / "live.key");
  std::filesystem::copy_file(folder / "next.pem", folder / "live.pem",
                             std::filesystem::copy_options::overwrite_existing);
  int status = 0;
  for (int i = 0; i < 100 && status == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    status = StatusFor(server->port(), folder / "next.pem");
  }
  CHECK(status == 200);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace fairline::auth_gateway
