#include "services/auth_gateway/http/trusted_proxies.hpp"

#include <catch2/catch.hpp>

namespace fairline::auth_gateway {
namespace {

std::string Client(const std::string& peer, std::vector<HttpField> fields) {
  const auto proxies = TrustedProxies::Parse("10.0.0.0/8, 192.0.2.7 fd00::/8").value();
  HttpRequest request;
  request.fields = std::move(fields);
  return proxies.ClientAddress(boost::asio::ip::make_address(peer), request);
}

TEST_CASE("a forwarded address counts from a trusted proxy alone", "[gateway][http]") {
  const HttpField told{"X-Forwarded-For", "198.51.100.1"};
  CHECK(Client("203.0.113.5", {told}) == "203.0.113.5");
  CHECK(Client("192.0.2.8", {told}) == "192.0.2.8");
  CHECK(Client("10.1.2.3", {told}) == "198.51.100.1");
  CHECK(Client("192.0.2.7", {told}) == "198.51.100.1");
  CHECK(Client("::ffff:10.1.2.3", {told}) == "198.51.100.1");
  CHECK(Client("fd00::1", {told}) == "198.51.100.1");
  CHECK(Client("10.1.2.3", {}) == "10.1.2.3");
  HttpRequest request;
  request.fields = {told};
  CHECK(TrustedProxies().ClientAddress(boost::asio::ip::make_address("127.0.0.1"), request) ==
        "127.0.0.1");
}

TEST_CASE("the client is the last that no trusted proxy is", "[gateway][http]") {
  const auto xff = [](const std::string& value) {
    return Client("10.0.0.1", {{"x-forwarded-for", value}});
  };
  CHECK(xff("1.1.1.1, 198.51.100.1") == "198.51.100.1");  // the first is the client's own word
  CHECK(xff("198.51.100.1, 10.9.9.9,192.0.2.7") == "198.51.100.1");
  CHECK(xff("10.2.2.2, 10.9.9.9") == "10.2.2.2");
  CHECK(xff("198.51.100.1:4711") == "198.51.100.1");
  CHECK(xff("2001:db8::1") == "2001:db8::1");
  CHECK(xff("[2001:db8::1]:80") == "2001:db8::1");
  CHECK(xff("198.51.100.1, unknown") == "10.0.0.1");
  CHECK(xff("") == "10.0.0.1");
  CHECK(Client("10.0.0.1", {{"X-Forwarded-For", "198.51.100.1"},
                            {"X-Forwarded-For", "10.1.1.1"}}) == "198.51.100.1");
}

TEST_CASE("Forwarded counts alike, and two that differ do not", "[gateway][http]") {
  CHECK(Client("10.0.0.1", {{"Forwarded", "for=1.1.1.1, For=\"[2001:db8::1]:80\";proto=https"}}) ==
        "2001:db8::1");
  CHECK(Client("10.0.0.1", {{"Forwarded", "by=10.0.0.1"}}) == "10.0.0.1");
  CHECK(Client("10.0.0.1", {{"Forwarded", "for=_hidden"}}) == "10.0.0.1");
  const HttpField forwarded{"Forwarded", "for=198.51.100.1"};
  CHECK(Client("10.0.0.1", {forwarded, {"X-Forwarded-For", "198.51.100.1"}}) == "198.51.100.1");
  CHECK(Client("10.0.0.1", {forwarded, {"X-Forwarded-For", "198.51.100.2"}}) == "10.0.0.1");
}

TEST_CASE("what is no network is named", "[gateway][http]") {
  CHECK(TrustedProxies::Parse("").ok());
  for (const char* text : {"proxy", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.1 x"}) {
    CAPTURE(text);
    CHECK(absl::IsInvalidArgument(TrustedProxies::Parse(text).status()));
  }
}

}  // namespace
}  // namespace fairline::auth_gateway
