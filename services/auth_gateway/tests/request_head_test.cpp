#include "services/auth_gateway/http/request_head.hpp"

#include <catch2/catch.hpp>

namespace fairline::auth_gateway {
namespace {

constexpr std::size_t kMaxBody = 1000;

std::string Get(const std::string& fields) {
  return "GET /x HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

int Refusal(const std::string& head) { return CheckHead(head, kMaxBody).refusal; }

TEST_CASE("a plain head is handed on as it was sent", "[gateway][http]") {
  const auto head = CheckHead(
      "POST /v1/bets?x=%20 HTTP/1.1\r\nHost: h:80\r\nX-Name:  a b\t\r\nContent-Length: 12\r\n\r\n",
      kMaxBody);
  CHECK(head.refusal == 0);
  CHECK(head.body_bytes == 12);
  CHECK_FALSE(head.expects_continue);
  CHECK(head.text ==
        "POST /v1/bets?x=%20 HTTP/1.1\r\nHost: h:80\r\nX-Name: a b\r\nContent-Length: 12\r\n\r\n");
  CHECK(Refusal("GET / HTTP/1.0\r\n\r\n") == 0);
  CHECK(Refusal("OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n") == 0);
  CHECK(Refusal(Get("X: caf\xc3\xa9\r\n")) == 0);
}

TEST_CASE("the library never learns of ranges, expectations, codings and forged addresses",
          "[gateway][http]") {
  const auto head = CheckHead(
      Get("range: bytes=0-,0-\r\nIf-Range: x\r\nEXPECT: 100-Continue\r\nContent-Encoding: "
          "identity\r\nremote_addr: 6.6.6.6\r\nREMOTE_PORT: 1\r\nLocal_Addr: 1\r\nLOCAL_PORT: "
          "2\r\nContent-Length: 1\r\n"),
      kMaxBody);
  CHECK(head.refusal == 0);
  CHECK(head.expects_continue);
  CHECK(head.text == Get("Content-Length: 1\r\n"));
}

TEST_CASE("a head that could be read in two ways is refused", "[gateway][http]") {
  const auto [head, status] = GENERATE(table<std::string, int>({
      {"GET /x HTTP/1.1\nHost: h\r\n\r\n", 400},
      {"GET /x HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", 400},
      {"GET /x HTTP/1.1\r\nHost: h\r\n\n", 400},
      {"GET /x HTTP/1.1\r\nHost: h\r\n", 400},
      {"GET /x HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", 400},
      {"GET  HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /x\r\nHost: h\r\n\r\n", 400},
      {"GET /x y HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /x\t HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"G(T /x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {" GET /x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /x http/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /x HTTP/2.0\r\nHost: h\r\n\r\n", 505},
      {"GET /x HTTP/1.1\r\n\r\n", 400},
      {Get("Host: h\r\n"), 400},
      {Get("Transfer-Encoding : chunked\r\n"), 400},
      {Get(" Transfer-Encoding: chunked\r\n"), 400},
      {Get("X: a\r\n folded\r\n"), 400},
      {Get("X: a\r\n\tfolded\r\n"), 400},
      {Get("no colon\r\n"), 400},
      {Get(": no name\r\n"), 400},
      {Get("Caf\xc3\xa9: x\r\n"), 400},
      {Get(std::string("X: a\0b\r\n", 8)), 400},
      {Get("X: a\x7f\r\n"), 400},
      {Get("Transfer-Encoding: chunked\r\n"), 411},
      {Get("transfer-encoding: identity\r\n"), 411},
      {Get("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), 411},
      {Get("Content-Length: 3\r\nContent-Length: 3\r\n"), 400},
      {Get("Content-Length: 3, 3\r\n"), 400},
      {Get("Content-Length: +3\r\n"), 400},
      {Get("Content-Length: -1\r\n"), 400},
      {Get("Content-Length: 0x3\r\n"), 400},
      {Get("Content-Length: 3 \x0b\r\n"), 400},
      {Get("Content-Length:\r\n"), 400},
      {Get("Content-Length: 1001\r\n"), 413},
      {Get("Content-Length: 99999999999999999999999999\r\n"), 413},
      {Get("Content-Encoding: gzip\r\n"), 415},
      {Get("Content-Encoding: br, identity\r\n"), 415},
      {Get("Expect: 200-ok\r\n"), 417},
      {"GET /" + std::string(kMaxTargetBytes, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414},
  }));
  CAPTURE(head);
  CHECK(Refusal(head) == status);
}

TEST_CASE("fields are counted", "[gateway][http]") {
  std::string fields;
  for (std::size_t i = 1; i < kMaxFields; ++i) fields += "a:\r\n";
  CHECK(Refusal(Get(fields)) == 0);  // and Host
  CHECK(Refusal(Get(fields + "a:\r\n")) == 431);
}

}  // namespace
}  // namespace fairline::auth_gateway
