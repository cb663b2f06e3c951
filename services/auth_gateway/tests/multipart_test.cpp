#include "services/auth_gateway/old_api/multipart.hpp"

#include <chrono>

#include <catch2/catch.hpp>

namespace fairline::auth_gateway {
namespace {

constexpr char kType[] = "multipart/form-data; charset=utf-8; boundary=\"b 1\"";

TEST_CASE("the fields of a multipart form are read", "[gateway][old_api]") {
  const auto fields = ReadMultipartForm(
      kType,
      "--b 1\r\nContent-Disposition: form-data; name=\"user;\\\"name\"\r\n\r\nann\r\n--b 1\r\n"
      "Content-Type: text/plain\r\ncontent-disposition: form-data; x=1; name=password\r\n\r\n"
      "a\r\n--b\r\n\r\n--b 1\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--b "
      "1--\r\n");
  REQUIRE(fields.ok());
  REQUIRE(fields->size() == 3);
  CHECK(fields->at(0).name == "user;\"name");
  CHECK(fields->at(0).value == "ann");
  CHECK(fields->at(1).name == "password");
  CHECK(fields->at(1).value == "a\r\n--b\r\n");
  CHECK(fields->at(2).value.empty());
  CHECK(ReadMultipartForm("multipart/form-data; boundary=b", "--b--")->empty());
}

TEST_CASE("what is no multipart form is refused", "[gateway][old_api]") {
  const auto [type, body] = GENERATE(table<std::string, std::string>({
      {"multipart/form-data", "--b--"},
      {"multipart/form-data; boundary=", "--b--"},
      {"multipart/form-data; boundary=" + std::string(71, 'b'), "--" + std::string(71, 'b') + "--"},
      {"multipart/form-data; boundary=b", ""},
      {"multipart/form-data; boundary=b", "preamble"},
      {"multipart/form-data; boundary=b", "--b"},
      {"multipart/form-data; boundary=b", "--b\r\n"},
      {"multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--"},
      {"multipart/form-data; boundary=b",
       "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"},
      {"multipart/form-data; boundary=b",
       "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n--b--"},
      {"multipart/form-data; boundary=b",
       "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nx"},
  }));
  CAPTURE(type, body);
  CHECK(absl::IsInvalidArgument(ReadMultipartForm(type, body).status()));
}

TEST_CASE("a form of many parts or long headings costs no more than its bytes", "[gateway]") {
  const std::string part = "\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--b";
  std::string many = "--b";
  for (int i = 0; i < 101; ++i) many += part;
  CHECK_FALSE(ReadMultipartForm("multipart/form-data; boundary=b", many + "--").ok());

  const auto begun = std::chrono::steady_clock::now();
  for (const char* sample : {"a", "=", ";", "\"", "\\", ";a=", "\r\n--"}) {
    std::string heading;
    while (heading.size() < 4'000'000) heading += sample;
    (void)ReadMultipartForm(
        "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; filename*=" + heading + "\r\n\r\n1\r\n--b--");
  }
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
}

}  // namespace
}  // namespace fairline::auth_gateway
