#include "services/auth_gateway/http/request_parser.hpp"

#include <catch2/catch.hpp>

namespace fairline::auth_gateway {
namespace {

using State = RequestParser::State;

HttpLimits Limits() {
  HttpLimits limits;
  limits.body_bytes = 1000;
  return limits;
}

std::string Get(const std::string& fields) {
  return "GET /x HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

std::string Chunked(const std::string& body) {
  return "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
}

// The refusal, 0 for a whole request, -1 for one that lacks something.
int Outcome(const std::string& text, HttpRequest* request = nullptr) {
  RequestParser parser(Limits());
  const std::size_t taken = parser.Put(text);
  if (parser.state() == State::kRefused) return parser.refusal();
  if (parser.state() != State::kWhole) return -1;
  CHECK(taken == text.size());
  if (request != nullptr) *request = parser.request();
  return 0;
}

TEST_CASE("a plain request is handed on as it was sent", "[gateway][http]") {
  HttpRequest request;
  REQUIRE(Outcome("POST /v1/bets?x=%20 HTTP/1.1\r\nHost: h:80\r\nX-Name:  a b\t\r\nx-name: c\r\n"
                  "Content-Length: 5\r\n\r\nhello",
                  &request) == 0);
  CHECK(request.method == "POST");
  CHECK(request.target == "/v1/bets?x=%20");
  CHECK(request.Field("x-NAME") == "a b");
  CHECK(request.Field("none").empty());
  CHECK(request.fields.size() == 4);
  CHECK(request.body == "hello");
  CHECK(Outcome("GET / HTTP/1.0\r\n\r\n") == 0);
  CHECK(Outcome("OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n") == 0);
  CHECK(Outcome("\r\nGET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n") == 0);
  CHECK(Outcome(Get("X: caf\xc3\xa9\r\n")) == 0);
  CHECK(Outcome(Get("Content-Encoding: identity\r\nContent-Length: 0\r\n")) == 0);
}

TEST_CASE("a request means the same however its bytes arrive", "[gateway][http]") {
  const std::string text =
      "\r\nPOST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;a=\"b c\"\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: x\r\n\r\n";
  const std::string two = text + text;
  for (std::size_t step = 1; step < 20; ++step) {
    CAPTURE(step);
    std::string buffer;
    std::vector<std::string> bodies;
    std::optional<RequestParser> parser(Limits());
    for (std::size_t at = 0; at < two.size(); at += step) {
      buffer += two.substr(at, step);
      for (;;) {
        buffer.erase(0, parser->Put(buffer));
        REQUIRE(parser->state() != State::kRefused);
        if (parser->state() != State::kWhole) break;
        CHECK(parser->request().fields.size() == 2);  // trailers are read and dropped
        bodies.push_back(parser->request().body);
        parser.emplace(Limits());
      }
    }
    CHECK(bodies == std::vector<std::string>{"hello!", "hello!"});
  }
}

TEST_CASE("a target of absolute form is that of its path", "[gateway][http]") {
  const auto [sent, target] = GENERATE(table<std::string, std::string>({
      {"GET http://h/a?b=c", "/a?b=c"},
      {"GET HTTPS://h:8080/", "/"},
      {"GET http://h", "/"},
      {"OPTIONS http://h", "*"},
      {"OPTIONS *", "*"},
      {"GET //a", "//a"},
  }));
  CAPTURE(sent);
  HttpRequest request;
  CHECK(Outcome(sent + " HTTP/1.1\r\nHost: h\r\n\r\n", &request) == 0);
  CHECK(request.target == target);
}

TEST_CASE("a request that could be read in two ways is refused", "[gateway][http]") {
  const auto [text, status] = GENERATE(table<std::string, int>({
      {"GET /x HTTP/1.1\nHost: h\r\n\r\n", 400},
      {"GET /x HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", 400},
      {"GET /x HTTP/1.1\r\nHost: h\r\n\n", 400},
      {"GET /x HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", 400},
      {"GET  HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /x\r\nHost: h\r\n\r\n", 400},
      {"GET /x y HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /x\t HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /x  HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET  /x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET http://a@h/x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 405},
      {"G(T /x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {" GET /x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /x http/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /x HTTP/1.1 \r\nHost: h\r\n\r\n", 400},
      {"GET /x HTTP/2.0\r\nHost: h\r\n\r\n", 505},
      {"GET /x HTTP/1.2\r\nHost: h\r\n\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400},
      {"GET /x HTTP/1.1\r\n\r\n", 400},
      {Get("Host: h\r\n"), 400},
      {Get("hOST: other\r\n"), 400},
      {"GET /x HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"GET /x HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
      {Get("Transfer-Encoding : chunked\r\n"), 400},
      {Get(" Transfer-Encoding: chunked\r\n"), 400},
      {Get("X: a\r\n folded\r\n"), 400},
      {Get("X: a\r\n\tfolded\r\n"), 400},
      {Get("X:\r\n folded\r\n"), 400},
      {Get("X: a\r\n \r\n"), 400},
      {Get("X:\r\n \r\n"), 400},
      {Get("Transfer-Encoding:\r\n chunked\r\n"), 400},
      {"GET /x HTTP/1.1\r\n Host: h\r\n\r\n", 400},
      {Get("no colon\r\n"), 400},
      {Get(": no name\r\n"), 400},
      {Get("Caf\xc3\xa9: x\r\n"), 400},
      {Get(std::string("X: a\0b\r\n", 8)), 400},
      {Get(std::string("X\0: ab\r\n", 8)), 400},
      {Get("X: a\x7f\r\n"), 400},
      {Get("X: a\x01\r\n"), 400},
      {Get("transfer-encoding: identity\r\n"), 501},
      {Get("Transfer-Encoding: gzip, chunked\r\n"), 501},
      {Get("Transfer-Encoding: chunked, gzip\r\n"), 501},
      {Get("Transfer-Encoding: xchunked\r\n"), 501},
      {Get("Transfer-Encoding: \x0b"
           "chunked\r\n"),
       400},
      {Get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
      {Get("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), 400},
      {Get("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400},
      {Get("Content-Length: 3\r\nTransfer-Encoding: other\r\n"), 400},
      {"GET /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {Get("Content-Length: 3\r\nContent-Length: 3\r\n"), 400},
      {Get("Content-Length: 3\r\nContent-Length: 4\r\n"), 400},
      {Get("Content-Length: 3, 3\r\n"), 400},
      {Get("Content-Length: +3\r\n"), 400},
      {Get("Content-Length: -1\r\n"), 400},
      {Get("Content-Length: 0x3\r\n"), 400},
      {Get("Content-Length: 3 \x0b\r\n"), 400},
      {Get("Content-Length:\r\n"), 400},
      {Get("Content-Length: 99999999999999999999999999\r\n"), 400},
      {Get("Content-Length: 1001\r\n"), 413},
      {Get("Content-Encoding: gzip\r\n"), 415},
      {Get("Content-Encoding: br, identity\r\n"), 415},
      {Get("Expect: 200-ok\r\n"), 417},
  }));
  CAPTURE(text);
  CHECK(Outcome(text) == status);
}

TEST_CASE("chunks are taken by the letter", "[gateway][http]") {
  HttpRequest request;
  CHECK(Outcome(Chunked("5\r\nhello\r\n00A;x=y\r\n0123456789\r\n0\r\n\r\n"), &request) == 0);
  CHECK(request.body == "hello0123456789");
  CHECK(Outcome(Chunked("0\r\n\r\n")) == 0);
  CHECK(Outcome(Chunked("5\r\nhello\r\n0\r\n")) == -1);
  const auto [body, status] = GENERATE(table<std::string, int>({
      {"5\nhello\r\n0\r\n\r\n", 400},
      {"5\r\nhello0\r\n\r\n", 400},
      {"5\r\nhello\n0\r\n\r\n", 400},
      {"5\r\nhelloX\r\n0\r\n\r\n", 400},
      {"5;\nx\r\nhello\r\n0\r\n\r\n", 400},
      {"5;a=\"\n\"\r\nhello\r\n0\r\n\r\n", 400},
      {"0x5\r\nhello\r\n0\r\n\r\n", 400},
      {"+5\r\nhello\r\n0\r\n\r\n", 400},
      {"-5\r\nhello\r\n0\r\n\r\n", 400},
      {" 5\r\nhello\r\n0\r\n\r\n", 400},
      {"\r\n", 400},
      {"g\r\n", 400},
      {"fffffffffffffffff\r\n", 400},
      {"ffffffffffffffff\r\nx", 413},
      {"3e9\r\n", 413},
      {"3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\n", 413},
      {"0\r\nContent-Length: 3\r\n\r\n", 400},
      {"0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"0\r\nX: a\r\n folded\r\n\r\n", 400},
      {"0\r\nno colon\r\n\r\n", 400},
      {"5;" + std::string(40'000, 'x'), 431},
      {"0\r\nX: " + std::string(40'000, 'x'), 431},
  }));
  CAPTURE(body);
  CHECK(Outcome(Chunked(body)) == status);
}

TEST_CASE("chunks that are nearly all framing are too large", "[gateway][http]") {
  std::string body;
  for (int i = 0; i < 300; ++i) body += "1\r\nx\r\n";
  CHECK(Outcome(Chunked(body + "0\r\n\r\n")) == 413);
}

TEST_CASE("heads are bounded", "[gateway][http]") {
  const HttpLimits limits = Limits();
  const auto target = [](std::size_t size) {
    return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
  };
  CHECK(Outcome(target(limits.target_bytes)) == 0);
  CHECK(Outcome(target(limits.target_bytes + 1)) == 414);
  CHECK(Outcome("GET /" + std::string(40'000, 'a')) == 414);
  CHECK(Outcome(Get("X: " + std::string(40'000, 'a') + "\r\n")) == 431);
  CHECK(Outcome("GET /x HTTP/1.1\r\nX: " + std::string(40'000, 'a')) == 431);
  std::string fields;
  for (std::size_t i = 1; i < limits.fields; ++i) fields += "a:\r\n";
  CHECK(Outcome(Get(fields)) == 0);  // and Host
  CHECK(Outcome(Get(fields + "a:\r\n")) == 431);
}

TEST_CASE("who asks first is told to go on only when a body is to come", "[gateway][http]") {
  const auto expects = [](const std::string& text) {
    RequestParser parser(Limits());
    (void)parser.Put(text);
    return parser.ExpectsContinue();
  };
  CHECK(expects(Get("Expect: 100-Continue\r\nContent-Length: 3\r\n")));
  CHECK(expects(Get("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n")));
  CHECK_FALSE(expects(Get("Expect: 100-continue\r\n")));
  CHECK_FALSE(expects(Get("Expect: 100-continue\r\nContent-Length: 3\r\n") + "abc"));
  CHECK_FALSE(expects("GET /x HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
}

}  // namespace
}  // namespace fairline::auth_gateway
