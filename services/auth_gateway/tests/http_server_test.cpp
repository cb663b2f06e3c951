#include <filesystem>
#include <fstream>
#include <thread>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "services/auth_gateway/tests/gateway_fixture.hpp"

namespace fairline::auth_gateway {
namespace {

// A connection by hand, for what no well-behaved client sends.
class RawConnection {
 public:
  explicit RawConnection(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    REQUIRE(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  ~RawConnection() { close(socket_); }
  void Send(const std::string& text) {
    (void)!send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
  }
  // Until the server closes, or "" after ten seconds of silence.
  std::string ReadAll() {
    std::string all;
    char buffer[4096];
    for (ssize_t n; (n = recv(socket_, buffer, sizeof buffer, 0)) > 0;) {
      all.append(buffer, static_cast<std::size_t>(n));
    }
    return all;
  }

 private:
  int socket_;
};

std::string Exchange(int port, const std::string& request) {
  RawConnection connection(port);
  connection.Send(request);
  return connection.ReadAll();
}

TEST_CASE("the health checks answer, and metrics are not on this port", "[gateway][http]") {
  GatewayFixture fixture;
  const auto client = fixture.Client();
  CHECK(client->Get("/healthz")->status == 200);
  CHECK(fixture.AwaitReady(200).empty());
  CHECK(client->Get("/metrics")->status == 404);
  CHECK(fixture.metrics().Text().find("/healthz") != std::string::npos);
}

TEST_CASE("every answer carries the security headers", "[gateway][http]") {
  GatewayFixture fixture;
  const auto client = fixture.Client();
  for (const char* path : {"/healthz", "/v1/nothing", "/docs", "/v1/competitions"}) {
    CAPTURE(path);
    const auto response = client->Get(path);
    REQUIRE(response);
    CHECK(response->get_header_value("Content-Security-Policy").find("default-src 'self'") == 0);
    CHECK(response->get_header_value("X-Content-Type-Options") == "nosniff");
    CHECK(response->get_header_value("Cache-Control") == "no-store");
  }
}

TEST_CASE("the web page is served with types, ETag and 304", "[gateway][http]") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("fairline-web-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "assets");
  std::ofstream(folder / "index.html") << "<!doctype html><title>x</title>";
  std::ofstream(folder / "assets/app.js") << "export {}";
  std::ofstream(folder / ".secret") << "no";
  auto files = StaticFiles::Load(folder);
  REQUIRE(files.ok());
  std::ofstream(folder / "late.html") << "added after the start";
  {
    GatewayFixture fixture({}, *std::move(files));
    const auto client = fixture.Client();
    const auto page = client->Get("/");
    REQUIRE(page);
    CHECK(page->status == 200);
    CHECK(page->get_header_value("Content-Type") == "text/html; charset=utf-8");
    CHECK(page->body == "<!doctype html><title>x</title>");
    const std::string etag = page->get_header_value("ETag");
    const auto again = client->Get("/", {{"If-None-Match", etag}});
    CHECK(again->status == 304);
    CHECK(again->body.empty());
    CHECK(client->Get("/assets/app.js")->get_header_value("Content-Type") ==
          "text/javascript; charset=utf-8");
    for (const char* path : {"/.secret", "/late.html", "/../etc/passwd", "/assets/../index.html",
                             "/%2e%2e/etc/passwd", "/assets"}) {
      CAPTURE(path);
      CHECK(client->Get(path)->status == 404);
    }
    CHECK(client->Post("/", "", "text/plain")->status == 405);
  }
  std::filesystem::remove_all(folder);
  CHECK(absl::IsNotFound(StaticFiles::Load(folder).status()));
}

TEST_CASE("bodies in chunks, too long or of unclear length are refused unread", "[gateway][http]") {
  GatewayFixture fixture;
  const std::string head =
      "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
  const auto chunked =
      Exchange(fixture.port(), head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  CHECK(chunked.find("HTTP/1.1 411") == 0);
  CHECK(chunked.find("application/problem+json") != std::string::npos);
  // What follows a refused request is not taken for the next one.
  CHECK(chunked.find("HTTP/1.1", 1) == std::string::npos);
  CHECK(Exchange(fixture.port(), head + "Content-Length: 300000000\r\n\r\n").find("HTTP/1.1 413") ==
        0);
  CHECK(Exchange(fixture.port(), head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}")
            .find("HTTP/1.1 400") == 0);
  CHECK(Exchange(fixture.port(), head + "Content-Length: -1\r\n\r\n").find("HTTP/1.1 400") == 0);
}

constexpr char kNextRequest[] = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

std::size_t AnswersIn(const std::string& received) {
  std::size_t answers = 0;
  for (std::size_t at = received.find("HTTP/1.1 "); at != std::string::npos;
       at = received.find("HTTP/1.1 ", at + 1)) {
    ++answers;
  }
  return answers;
}

TEST_CASE("a body is never taken for the next request", "[gateway][http]") {
  GatewayFixture fixture;
  const std::string smuggled =
      "PUT /admin/change/mallory?new_role=9 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const std::string length = "Content-Length: " + std::to_string(smuggled.size()) + "\r\n\r\n";
  // What made the library give up on a body, or read it in another way than a proxy.
  const std::vector<std::string> kinds = {"",
                                          "Content-Type: multipart/form-data\r\n",
                                          "Content-Type: multipart/form-data; boundary=b\r\n",
                                          "Content-Type: application/json\r\n",
                                          "Content-Encoding: gzip\r\n",
                                          "Content-Encoding: br\r\n",
                                          "Content-Encoding: deflate\r\n",
                                          "Range: bytes=9-0\r\n",
                                          "Expect: 100-continue\r\n",
                                          "Expect: nothing\r\n",
                                          "Transfer-Encoding: chunked\r\n",
                                          "Transfer-Encoding : chunked\r\n",
                                          "Content-Length: 3\r\n",
                                          "X: a\r\n folded\r\n",
                                          "Upgrade: h2c\r\n"};
  for (const std::string method :
       {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "FOO"}) {
    for (const char* target : {"/healthz", "/login", "/v1/sessions", "/nowhere"}) {
      for (const std::string& kind : kinds) {
        CAPTURE(method, target, kind);
        const std::string received = Exchange(
            fixture.port(),
            (method + " ").append(target).append(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n") +
                kind + length + smuggled);
        const bool continued = received.starts_with("HTTP/1.1 100");
        CHECK(AnswersIn(received) == (continued ? 2U : 1U));
      }
    }
  }
}

TEST_CASE("requests that follow bodies on a connection are answered in turn", "[gateway][http]") {
  GatewayFixture fixture;
  const std::string received =
      Exchange(fixture.port(),
               "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
               "POST /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
               "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
               "Content-Type: multipart/form-data\r\n\r\n{}" +
                   std::string(kNextRequest));
  CHECK(AnswersIn(received) == 4);
  CHECK(received.find("200 OK") != std::string::npos);
  CHECK(received.find("404 Not Found") != std::string::npos);
  CHECK(received.rfind("{\"status\":\"ok\"}") > received.find("422"));
}

// What unpacks or matches without bound somewhere in the library must end in a refusal at once.
TEST_CASE("a few bytes cannot cost the gateway its stack, memory or time", "[gateway][http]") {
  GatewayFixture fixture;
  const auto begun = std::chrono::steady_clock::now();
  const auto post = [&](const std::string& fields, const std::string& body) {
    return Exchange(fixture.port(), "POST /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
                                        fields + "Content-Length: " + std::to_string(body.size()) +
                                        "\r\n\r\n" + body);
  };
  // 64 MiB of zeros in brotli; the coding alone decides.
  CHECK(post("Content-Encoding: br\r\n", std::string(102, '\x8b')).starts_with("HTTP/1.1 415"));
  const std::string type = "Content-Type: multipart/form-data; boundary=b\r\n";
  for (const std::size_t size : {8'000U, 16'000U, 160'000U, 4'000'000U}) {
    CAPTURE(size);
    CHECK(post(type,
               "--b\r\nContent-Type: a\r\nContent-Disposition: form-data; name=\"a\"; filename*=" +
                   std::string(size, 'a') + "\r\n\r\n1\r\n--b--\r\n")
              .starts_with("HTTP/1.1 422"));
  }
  std::string ranges = "Range: bytes=0-";
  while (ranges.size() < 30'000) ranges += ",0-";
  const std::string whole =
      Exchange(fixture.port(), "GET /openapi.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
                                   ranges + "\r\n\r\n");
  CHECK(whole.starts_with("HTTP/1.1 200"));
  CHECK(whole.size() < 2'000'000);
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
  CHECK(fixture.Client()->Get("/healthz")->status == 200);
}

TEST_CASE("without a length there is no body, and the answer comes at once", "[gateway][http]") {
  GatewayFixture fixture;
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    CAPTURE(method);
    const auto begun = std::chrono::steady_clock::now();
    const std::string received =
        Exchange(fixture.port(), std::string(method) +
                                     " /v1/runs/1:cancel HTTP/1.1\r\nHost: x\r\nContent-Type: "
                                     "application/json\r\nConnection: close\r\n\r\n");
    CHECK(AnswersIn(received) == 1);
    CHECK(received.find("malformed") == std::string::npos);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(2));
  }
}

TEST_CASE("a client that asks first is told to go on", "[gateway][http]") {
  GatewayFixture fixture;
  RawConnection connection(fixture.port());
  connection.Send(
      "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n"
      "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n");
  connection.Send("{}");
  const std::string received = connection.ReadAll();
  CHECK(received.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 4"));
  CHECK(AnswersIn(received) == 2);
  // What would be refused is refused before the body is sent.
  CHECK(Exchange(fixture.port(),
                 "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                 "Content-Length: 300000000\r\n\r\n")
            .starts_with("HTTP/1.1 413"));
}

TEST_CASE("an exception's text stays inside", "[gateway][http]") {
  HttpServerOptions options;
  options.listen = "127.0.0.1:0";
  options.threads = 2;
  const auto server =
      HttpServer::Start(
          options,
          [](const httplib::Request&, httplib::Response&) { throw std::runtime_error("secret"); },
          &Gateway::HandleError)
          .value();
  const std::string received = Exchange(server->port(), kNextRequest);
  CHECK(received.starts_with("HTTP/1.1 500"));
  CHECK(received.find("secret") == std::string::npos);
}

TEST_CASE("headers without end and odd requests end the connection", "[gateway][http]") {
  GatewayFixture fixture;
  std::string endless = "GET /healthz HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 5000; ++i) endless += "X-" + std::to_string(i) + ": y\r\n";
  CHECK(Exchange(fixture.port(), endless + "\r\n").starts_with("HTTP/1.1 431"));
  CHECK(Exchange(fixture.port(), "nonsense\r\n\r\n").find("200 OK") == std::string::npos);
  CHECK(Exchange(fixture.port(), "GET /" + std::string(7000, 'a') +
                                     " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .find("HTTP/1.1 404") == 0);
  CHECK(Exchange(fixture.port(), "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n\r\n")
            .find("HTTP/1.1 414") == 0);
  CHECK(fixture.Client()->Get("/healthz")->status == 200);
}

TEST_CASE("a slow sender is cut off and idle connections give way", "[gateway][http]") {
  HttpServerOptions options;
  options.threads = 2;
  options.read_timeout = std::chrono::milliseconds(300);
  GatewayFixture fixture(options);
  RawConnection slow(fixture.port());
  slow.Send("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");
  const auto begun = std::chrono::steady_clock::now();
  CHECK(slow.ReadAll().find("200 OK") == std::string::npos);
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));

  // Two threads, both held by idle keep-alive connections; a third client is still served.
  const auto first = fixture.Client();
  const auto second = fixture.Client();
  REQUIRE(first->Get("/healthz"));
  REQUIRE(second->Get("/healthz"));
  const auto third = fixture.Client()->Get("/healthz");
  REQUIRE(third);
  CHECK(third->status == 200);
}

TEST_CASE("beyond the queue connections are turned away at once", "[gateway][http]") {
  HttpServerOptions options;
  options.threads = 1;
  options.max_queued = 1;
  options.read_timeout = std::chrono::milliseconds(3000);
  GatewayFixture fixture(options);
  RawConnection holding(fixture.port());
  holding.Send("GET /healthz HTTP/1.1\r\n");  // never finished
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  RawConnection queued(fixture.port());
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  CHECK(Exchange(fixture.port(), "GET /healthz HTTP/1.1\r\n\r\n").find("HTTP/1.1 503") == 0);
}

TEST_CASE("a client cannot lie about its address", "[gateway][http]") {
  GatewayFixture fixture;
  (void)fixture.NewUser("liar", Role::kFree);
  const auto client = fixture.Client();
  for (int i = 0; i < 10; ++i) {
    CHECK(client
              ->Post("/login", {{"REMOTE_ADDR", "6.6.6." + std::to_string(i)}},
                     httplib::Params{{"username", "liar"}, {"password", "Wr0ng-Pass"}})
              ->status == 401);
  }
  CHECK(client
            ->Post("/login", {{"REMOTE_ADDR", "6.6.6.99"}},
                   httplib::Params{{"username", "liar"}, {"password", kPassword}})
            ->status == 429);
}

TEST_CASE("a taken port is refused, a free one is found", "[gateway][http]") {
  const auto nothing = [](const httplib::Request&, httplib::Response&) {};
  HttpServerOptions options;
  options.listen = "127.0.0.1:0";
  options.threads = 2;
  const auto first = HttpServer::Start(options, nothing, nothing).value();
  REQUIRE(first->port() > 0);
  options.listen = "127.0.0.1:" + std::to_string(first->port());
  CHECK(absl::IsUnavailable(HttpServer::Start(options, nothing, nothing).status()));
  options.listen = "nowhere";
  CHECK(absl::IsInvalidArgument(HttpServer::Start(options, nothing, nothing).status()));
}

TEST_CASE("a stop lets the running request end", "[gateway][http]") {
  HttpServerOptions options;
  options.listen = "127.0.0.1:0";
  options.threads = 2;
  std::atomic<bool> begun{false};
  auto server = HttpServer::Start(
                    options,
                    [&](const httplib::Request&, httplib::Response& response) {
                      begun = true;
                      std::this_thread::sleep_for(std::chrono::milliseconds(300));
                      response.status = 200;
                      response.set_content("done", "text/plain");
                    },
                    [](const httplib::Request&, httplib::Response&) {})
                    .value();
  std::string body;
  std::thread caller([&] {
    httplib::Client client("127.0.0.1", server->port());
    const auto response = client.Get("/slow");
    if (response) body = response->body;
  });
  while (!begun) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  server->Stop();
  caller.join();
  CHECK(body == "done");
}

}  // namespace
}  // namespace fairline::auth_gateway
