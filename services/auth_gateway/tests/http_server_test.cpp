#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
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

constexpr char kNextRequest[] = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

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
    const auto range = [&](const char* wanted, const char* only_if = "") {
      return client->Get("/", {{"Range", wanted}, {"If-Range", only_if}});
    };
    const auto part = range("bytes=2-8");
    CHECK(part->status == 206);
    CHECK(part->body == "doctype");
    CHECK(part->get_header_value("Content-Range") == "bytes 2-8/31");
    CHECK(range("bytes=-3")->body == "le>");
    CHECK(range("bytes=28-")->body == "le>");
    CHECK(range("bytes=28-99")->body == "le>");
    CHECK(range("bytes=2-8", etag.c_str())->status == 206);
    for (const char* whole : {"bytes=0-1,4-5", "bytes=8-2", "bytes=a-", "bytes=-", "lines=1-2"}) {
      CAPTURE(whole);
      CHECK(range(whole)->status == 200);
    }
    CHECK(range("bytes=2-8", "\"other\"")->status == 200);
    CHECK(range("bytes=31-")->status == 416);
    CHECK(range("bytes=31-")->get_header_value("Content-Range") == "bytes */31");
  }
  std::filesystem::remove_all(folder);
  CHECK(absl::IsNotFound(StaticFiles::Load(folder).status()));
}

TEST_CASE("bodies too long or of unclear length are refused unread", "[gateway][http]") {
  GatewayFixture fixture;
  const std::string head =
      "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
  const auto coded =
      Exchange(fixture.port(),
               head + "Transfer-Encoding: gzip\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + kNextRequest);
  CHECK(coded.find("HTTP/1.1 501") == 0);
  CHECK(coded.find("application/problem+json") != std::string::npos);
  CHECK(coded.find("Connection: close\r\n") != std::string::npos);
  // What follows a refused request is not taken for the next one.
  CHECK(coded.find("HTTP/1.1", 1) == std::string::npos);
  CHECK(Exchange(fixture.port(), head + "Content-Length: 300000000\r\n\r\n").find("HTTP/1.1 413") ==
        0);
  CHECK(Exchange(fixture.port(), head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}")
            .find("HTTP/1.1 400") == 0);
  CHECK(Exchange(fixture.port(), head + "Content-Length: -1\r\n\r\n").find("HTTP/1.1 400") == 0);
}

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
                                          "Host: y\r\n",
                                          "Transfer-Encoding: xchunked\r\n",
                                          "Content-Length: 0\r\n",
                                          "X: a\nX: b\r\n",
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

TEST_CASE("fields that are read must be UTF-8", "[gateway][http]") {
  GatewayFixture fixture;
  for (const char* name : {"Authorization", "Idempotency-Key", "Last-Event-ID"}) {
    CAPTURE(name);
    CHECK(fixture.Client()->Get("/healthz", {{name, "\xff\xfe"}})->status == 400);
  }
}

TEST_CASE("a body in chunks is a body", "[gateway][http]") {
  GatewayFixture fixture;
  const std::string head =
      "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  const std::string received = Exchange(
      fixture.port(), head + "2\r\n{\"\r\n0a;x\r\nusername\":\r\n4\r\n\"a\"}\r\n0\r\nX: y\r\n\r\n" +
                          std::string(kNextRequest));
  CHECK(received.find("HTTP/1.1 422") == 0);  // there is no password
  CHECK(received.find("malformed") == std::string::npos);
  CHECK(AnswersIn(received) == 2);
  std::string large = head;
  for (int i = 0; i < 300; ++i) large += "4000\r\n" + std::string(0x4000, ' ') + "\r\n";
  CHECK(Exchange(fixture.port(), large).find("HTTP/1.1 413") == 0);
}

TEST_CASE("pipelined requests are answered in their order", "[gateway][http]") {
  HttpServerOptions options;
  options.listen = "127.0.0.1:0";
  options.workers = 8;
  const auto server = HttpServer::Start(
                          options,
                          [](const HttpRequest& request, HttpResponse& response) {
                            // The first takes longest.
                            if (request.target == "/0") {
                              std::this_thread::sleep_for(std::chrono::milliseconds(100));
                            }
                            response.status = 200;
                            response.SetBody("<" + request.target + ">", "text/plain");
                          },
                          &Gateway::HandleError)
                          .value();
  std::string sent;
  for (int i = 0; i < 50; ++i) {
    sent += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  const std::string received = Exchange(server->port(), sent + kNextRequest);
  CHECK(AnswersIn(received) == 51);
  std::size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    at = received.find("</" + std::to_string(i) + ">", at);
    REQUIRE(at != std::string::npos);
  }
}

TEST_CASE("the methods that ask about a path or the server", "[gateway][http]") {
  GatewayFixture fixture;
  const auto ask = [&](const std::string& line) {
    return Exchange(fixture.port(), line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  };
  const std::string head = ask("HEAD /healthz");
  CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(head.find("Content-Length: 15\r\n") != std::string::npos);
  CHECK(head.ends_with("\r\n\r\n"));
  CHECK(ask("OPTIONS *").starts_with("HTTP/1.1 204"));
  CHECK(ask("OPTIONS *").find("Allow: GET, HEAD, POST") != std::string::npos);
  CHECK(ask("OPTIONS /healthz").starts_with("HTTP/1.1 405"));
  CHECK(ask("TRACE /healthz").starts_with("HTTP/1.1 405"));
  CHECK(ask("CONNECT x:80").starts_with("HTTP/1.1 405"));
  CHECK(ask("GET http://elsewhere/healthz").starts_with("HTTP/1.1 200"));
  CHECK(ask("get /healthz").starts_with("HTTP/1.1 405"));
}

TEST_CASE("an old client gets its answer, and no chunks", "[gateway][http]") {
  GatewayFixture fixture;
  const std::string one = Exchange(fixture.port(), "GET /healthz HTTP/1.0\r\n\r\n");
  CHECK(one.starts_with("HTTP/1.1 200 OK\r\n"));
  const std::string two =
      Exchange(fixture.port(), "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" +
                                   std::string(kNextRequest));
  CHECK(AnswersIn(two) == 2);
  CHECK(two.find("Connection: keep-alive\r\n") != std::string::npos);
}

TEST_CASE("answers are packed for who takes gzip", "[gateway][http]") {
  GatewayFixture fixture;
  const auto get = [&](const std::string& fields) {
    return Exchange(
        fixture.port(),
        "GET /openapi.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + fields + "\r\n");
  };
  const std::string plain = get("");
  CHECK(plain.find("Vary: Accept-Encoding\r\n") != std::string::npos);
  CHECK(plain.find("Content-Encoding") == std::string::npos);
  CHECK(get("Accept-Encoding: br, gzip;q=0\r\n").size() + 64 > plain.size());
  const std::string packed = get("Accept-Encoding: br, GZIP;q=0.5\r\n");
  CHECK(packed.find("Content-Encoding: gzip\r\n") != std::string::npos);
  CHECK(packed.size() < plain.size() / 3);
  const auto unpacked = fixture.Client()->Get("/openapi.json");  // asks for gzip, and unpacks
  REQUIRE(unpacked);
  CHECK(plain.ends_with(unpacked->body));
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
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
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
  options.workers = 2;
  const auto server =
      HttpServer::Start(
          options, [](const HttpRequest&, HttpResponse&) { throw std::runtime_error("secret"); },
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

// Answers everything with "done", "/slow" after `pause`.
std::unique_ptr<HttpServer> PlainServer(HttpServerOptions options,
                                        std::chrono::milliseconds pause = {}) {
  options.listen = "127.0.0.1:0";
  return HttpServer::Start(
             std::move(options),
             [pause](const HttpRequest& request, HttpResponse& response) {
               if (request.target == "/slow") std::this_thread::sleep_for(pause);
               response.status = 200;
               response.SetBody(request.target == "/large" ? std::string(16 << 20, 'x') : "done",
                                "text/plain");
             },
             &Gateway::HandleError)
      .value();
}

double MillisecondsOf(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun)
      .count();
}

TEST_CASE("who sends too slowly is told so and cut off", "[gateway][http]") {
  HttpServerOptions options;
  options.limits.head_time = std::chrono::milliseconds(300);
  options.limits.body_time = std::chrono::milliseconds(600);
  const auto server = PlainServer(options);
  const std::string body = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{";
  for (const std::string& sent :
       {std::string("G"), std::string("GET / HTTP/1.1\r\nHost: x\r\n"), body, body + "12345678"}) {
    CAPTURE(sent);
    std::string received;
    const double time = MillisecondsOf([&] { received = Exchange(server->port(), sent); });
    CHECK(received.starts_with("HTTP/1.1 408"));
    CHECK(AnswersIn(received) == 1);
    CHECK(time > 250);
    CHECK(time < 3000);
  }
  // A byte now and then wins no time.
  RawConnection dripping(server->port());
  dripping.Send("GET / HTTP/1.1\r\nHost: x\r\nX: ");
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    dripping.Send("y");
  }
  CHECK(dripping.ReadAll().starts_with("HTTP/1.1 408"));
}

TEST_CASE("who says nothing, or takes nothing, is cut off in silence", "[gateway][http]") {
  HttpServerOptions options;
  options.limits.idle_time = std::chrono::milliseconds(300);
  options.limits.write_time = std::chrono::milliseconds(300);
  const auto server = PlainServer(options);
  CHECK(MillisecondsOf([&] { CHECK(Exchange(server->port(), "").empty()); }) < 3000);
  RawConnection kept(server->port());
  kept.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(AnswersIn(kept.ReadAll()) == 1);
  RawConnection deaf(server->port());
  deaf.Send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  CHECK(deaf.ReadAll().size() < (16U << 20));
}

TEST_CASE("idle, slow and deaf connections hold up nobody", "[gateway][http]") {
  HttpServerOptions options;
  options.workers = 2;
  const auto server = PlainServer(options);
  std::vector<std::unique_ptr<RawConnection>> others;
  for (int i = 0; i < 1000; ++i) {
    others.push_back(std::make_unique<RawConnection>(server->port()));
    if (i % 10 == 1) others.back()->Send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Le");
    if (i % 10 == 2)
      others.back()->Send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{");
    if (i % 250 == 3) others.back()->Send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  // Each is due at a moment of its own, whatever became of those before.
  std::vector<double> late;
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i) {
    const auto due = begun + std::chrono::milliseconds(5 * i);
    std::this_thread::sleep_until(due);
    REQUIRE(Exchange(server->port(), kNextRequest).starts_with("HTTP/1.1 200"));
    late.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - due).count());
  }
  std::sort(late.begin(), late.end());
  // A thread for each of them made this 14 seconds; a busy machine may make it one.
  CHECK(late[198] < 5000);
}

TEST_CASE("requests beyond the queue are turned away at once", "[gateway][http]") {
  HttpServerOptions options;
  options.workers = 1;
  options.limits.queued = 1;
  const auto server = PlainServer(options, std::chrono::milliseconds(1000));
  const std::string slow = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
  RawConnection running(server->port());
  running.Send(slow);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  RawConnection queued(server->port());
  queued.Send(slow);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  std::string received;
  CHECK(MillisecondsOf([&] { received = Exchange(server->port(), kNextRequest); }) < 500);
  CHECK(received.starts_with("HTTP/1.1 503"));
  CHECK(received.find("Retry-After: 2\r\n") != std::string::npos);
}

TEST_CASE("connections and bodies in memory are bounded", "[gateway][http]") {
  HttpServerOptions options;
  options.limits.connections = 2;
  options.limits.all_bodies_bytes = 1000;
  const auto server = PlainServer(options);
  const std::string head = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n";
  CHECK(Exchange(server->port(), head + std::string(1500, 'x')).starts_with("HTTP/1.1 503"));
  // The place of the one before is free again.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const RawConnection one(server->port());
  const RawConnection two(server->port());
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(Exchange(server->port(), "").starts_with("HTTP/1.1 503"));
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
  const auto nothing = [](const HttpRequest&, HttpResponse&) {};
  HttpServerOptions options;
  options.listen = "127.0.0.1:0";
  options.workers = 2;
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
  options.workers = 2;
  std::atomic<bool> begun{false};
  auto server = HttpServer::Start(
                    options,
                    [&](const HttpRequest&, HttpResponse& response) {
                      begun = true;
                      std::this_thread::sleep_for(std::chrono::milliseconds(300));
                      response.status = 200;
                      response.SetBody("done", "text/plain");
                    },
                    [](const HttpRequest&, HttpResponse&) {})
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

TEST_CASE("a stop waits for no idle connection, and for a running request only so long",
          "[gateway][http]") {
  HttpServerOptions options;
  options.drain_time = std::chrono::milliseconds(300);
  const auto server = PlainServer(options);
  RawConnection idle(server->port());
  RawConnection half(server->port());
  half.Send("GET / HTTP/1.1\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(MillisecondsOf([&] { server->Stop(); }) < 2000);
  CHECK(idle.ReadAll().empty());
}

TEST_CASE("a proxy that is trusted says who is there", "[gateway][http]") {
  HttpServerOptions options;
  options.listen = "127.0.0.1:0";
  options.trusted_proxies = TrustedProxies::Parse("127.0.0.0/8").value();
  const auto server = HttpServer::Start(
                          options,
                          [](const HttpRequest& request, HttpResponse& response) {
                            response.status = 200;
                            response.SetBody(request.client_address, "text/plain");
                          },
                          &Gateway::HandleError)
                          .value();
  CHECK(Exchange(server->port(),
                 "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: 6.6.6.6, "
                 "198.51.100.1\r\n\r\n")
            .ends_with("\r\n\r\n198.51.100.1"));
}

}  // namespace
}  // namespace fairline::auth_gateway
