#include "services/ingest/fetch/http_fetcher.hpp"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>
#include <httplib.h>

namespace fairline::ingest {
namespace {

using std::chrono::milliseconds;

// A server whose one answer a test writes.
class ScriptedServer {
 public:
  using Handler = std::function<void(int attempt, const httplib::Request&, httplib::Response&)>;

  explicit ScriptedServer(Handler handler) {
    server_.Get("/.*",
                [this, handler](const httplib::Request& request, httplib::Response& response) {
                  handler(++requests_, request, response);
                });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~ScriptedServer() {
    server_.stop();
    thread_.join();
  }

  [[nodiscard]] std::string Url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/E0.csv";
  }
  [[nodiscard]] int requests() const { return requests_; }

 private:
  httplib::Server server_;
  std::thread thread_;
  std::atomic<int> requests_{0};
  int port_ = 0;
};

HttpFetcherOptions Quick() {
  HttpFetcherOptions options;
  options.user_agent = "fairline-test";
  options.max_attempts = 3;
  options.first_backoff = milliseconds{1};
  options.timeout = milliseconds{20000};
  options.max_bytes = 1000;
  return options;
}

absl::StatusOr<Fetched> Get(const ScriptedServer& server, const std::string& etag = "",
                            HttpFetcherOptions options = Quick()) {
  HttpFetcher fetcher(std::move(options));
  return fetcher.Fetch({server.Url(), etag, ""}, [] { return false; });
}

TEST_CASE("a file comes with its validators and we give our name", "[ingest][http]") {
  std::string agent;
  const ScriptedServer server([&](int, const httplib::Request& request, httplib::Response& out) {
    agent = request.get_header_value("User-Agent");
    out.set_header("ETag", "\"one\"");
    out.set_header("Last-Modified", "Fri, 30 Jan 2026 09:00:00 GMT");
    out.set_content("Div,Date\n", "text/csv");
  });
  const auto fetched = Get(server);
  REQUIRE(fetched.ok());
  CHECK(fetched->outcome == FetchOutcome::kFetched);
  CHECK(fetched->body == "Div,Date\n");
  CHECK(fetched->etag == "\"one\"");
  CHECK(fetched->last_modified == "Fri, 30 Jan 2026 09:00:00 GMT");
  CHECK(agent == "fairline-test");
}

TEST_CASE("an unchanged file is not sent again", "[ingest][http]") {
  const ScriptedServer server([](int, const httplib::Request& request, httplib::Response& out) {
    if (request.get_header_value("If-None-Match") == "\"one\"") {
      out.status = 304;
    } else {
      out.set_content("all of it", "text/csv");
    }
  });
  const auto fetched = Get(server, "\"one\"");
  REQUIRE(fetched.ok());
  CHECK(fetched->outcome == FetchOutcome::kNotModified);
}

TEST_CASE("a server's passing failure is tried again", "[ingest][http]") {
  const ScriptedServer server([](int attempt, const httplib::Request&, httplib::Response& out) {
    out.status = attempt == 1 ? 500 : attempt == 2 ? 429 : 200;
    out.set_content(attempt < 3 ? "error page" : "rows", "text/csv");
  });
  const auto fetched = Get(server);
  REQUIRE(fetched.ok());
  CHECK(fetched->body == "rows");
  CHECK(server.requests() == 3);
}

TEST_CASE("a failure that stays is Unavailable after the last attempt", "[ingest][http]") {
  const ScriptedServer server(
      [](int, const httplib::Request&, httplib::Response& out) { out.status = 503; });
  CHECK(Get(server).status().code() == absl::StatusCode::kUnavailable);
  CHECK(server.requests() == 3);
}

TEST_CASE("an absent file is no failure and asked for once", "[ingest][http]") {
  const ScriptedServer server(
      [](int, const httplib::Request&, httplib::Response& out) { out.status = 404; });
  const auto fetched = Get(server);
  REQUIRE(fetched.ok());
  CHECK(fetched->outcome == FetchOutcome::kAbsent);
  CHECK(server.requests() == 1);
}

TEST_CASE("a refusal is not tried again", "[ingest][http]") {
  const ScriptedServer server(
      [](int, const httplib::Request&, httplib::Response& out) { out.status = 403; });
  CHECK(Get(server).status().code() == absl::StatusCode::kFailedPrecondition);
  CHECK(server.requests() == 1);
}

TEST_CASE("a file above the limit is refused, announced or not", "[ingest][http]") {
  const ScriptedServer announced([](int, const httplib::Request&, httplib::Response& out) {
    out.set_content(std::string(1001, 'x'), "text/csv");
  });
  CHECK(Get(announced).status().code() == absl::StatusCode::kResourceExhausted);
  const ScriptedServer chunked([](int, const httplib::Request&, httplib::Response& out) {
    out.set_chunked_content_provider("text/csv", [](std::size_t offset, httplib::DataSink& sink) {
      const std::string chunk(400, 'x');
      if (offset > 4000) {
        sink.done();
      } else {
        sink.write(chunk.data(), chunk.size());
      }
      return true;
    });
  });
  CHECK(Get(chunked).status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(announced.requests() == 1);
}

TEST_CASE("a slow answer is given up and tried again", "[ingest][http]") {
  std::atomic<bool> given_up = false;
  const ScriptedServer server([&](int attempt, const httplib::Request&, httplib::Response& out) {
    // The first answer comes when nobody waits for it any more.
    while (attempt == 1 && !given_up) std::this_thread::sleep_for(milliseconds{5});
    given_up = true;
    out.set_content("rows", "text/csv");
  });
  HttpFetcherOptions options = Quick();
  options.timeout = milliseconds{1000};
  options.max_attempts = 10;
  const auto fetched = Get(server, "", options);
  given_up = true;
  REQUIRE(fetched.ok());
  CHECK(fetched->body == "rows");
  CHECK(server.requests() >= 2);
}

TEST_CASE("nobody listening is Unavailable, and cancelling stops the waiting", "[ingest][http]") {
  HttpFetcherOptions options = Quick();
  options.first_backoff = std::chrono::hours{1};
  HttpFetcher fetcher(options);
  std::atomic<bool> cancelled = false;
  std::thread canceller([&] {
    std::this_thread::sleep_for(milliseconds{50});
    cancelled = true;
  });
  const auto stopped =
      fetcher.Fetch({"http://127.0.0.1:1/E0.csv", "", ""}, [&] { return cancelled.load(); });
  canceller.join();
  CHECK(stopped.status().code() == absl::StatusCode::kCancelled);
  HttpFetcher quick(Quick());
  CHECK(quick.Fetch({"http://127.0.0.1:1/E0.csv", "", ""}, [] { return false; }).status().code() ==
        absl::StatusCode::kUnavailable);
}

TEST_CASE("only HTTP is spoken", "[ingest][http]") {
  HttpFetcher fetcher(Quick());
  CHECK_FALSE(fetcher.Fetch({"file:///etc/hostname", "", ""}, [] { return false; }).ok());
}

}  // namespace
}  // namespace fairline::ingest
