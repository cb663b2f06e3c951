#pragma once
// Boost.Beast's HTTP/1.1 parser, held to RFC 9112: what it would forgive is refused here, so that a
// request means one thing, to us and to every proxy before us.
//
// Refused are, with the status, and the connection must end with it, since nobody knows where the
// next request begins:
//   400  lines that do not end in CRLF, folded lines, a blank before the colon, control bytes, a
//        request line that is no "METHOD target HTTP/1.x", no or two Hosts, a Host that is none,
//        Content-Length twice or with Transfer-Encoding or no number, chunks that are none
//   405  CONNECT
//   413  more than HttpLimits::body_bytes   414  more than target_bytes
//   415  any Content-Encoding               417  any expectation but 100-continue
//   431  more than header_bytes or fields   501  any transfer coding but chunked
//   505  another version than HTTP/1.0 and 1.1

#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

#include "services/auth_gateway/http/http_limits.hpp"
#include "services/auth_gateway/http/message.hpp"

namespace fairline::auth_gateway {

class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  explicit RequestParser(const HttpLimits& limits);

  enum class State { kHead, kBody, kWhole, kRefused };

  // Takes what it can of `bytes`, which begin where the last call stopped; how many those were.
  // Bytes that it did not take must come again with more behind them.
  [[nodiscard]] std::size_t Put(std::string_view bytes);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] int refusal() const { return refusal_; }  // when kRefused
  // The client waits for "100 Continue" before it sends its body.
  [[nodiscard]] bool ExpectsContinue() const { return expects_continue_ && state_ == State::kBody; }
  // Whether the connection may serve another request after this one.
  [[nodiscard]] bool KeepAlive() const { return keep_alive(); }
  [[nodiscard]] bool IsHttp11() const { return version_ == 11; }

  [[nodiscard]] const HttpRequest& request() const { return request_; }
  [[nodiscard]] HttpRequest& request() { return request_; }

 private:
  using Verb = boost::beast::http::verb;
  using FieldName = boost::beast::http::field;
  using View = boost::beast::string_view;
  using Error = boost::beast::error_code;

  void on_request_impl(Verb verb, View method, View target, int version, Error& error) override;
  void on_response_impl(int status, View reason, int version, Error& error) override;
  void on_field_impl(FieldName field, View name, View value, Error& error) override;
  void on_header_impl(Error& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error& error) override;
  std::size_t on_body_impl(View bytes, Error& error) override;
  void on_chunk_header_impl(std::uint64_t size, View extensions, Error& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t left, View bytes, Error& error) override;
  void on_finish_impl(Error& error) override;

  // Ends parsing: `error` becomes one, for this status.
  void Refuse(int status, Error& error);
  [[nodiscard]] int StatusOf(const Error& error, std::string_view bytes) const;
  [[nodiscard]] int CheckField(FieldName field, std::string_view value);

  const HttpLimits limits_;
  HttpRequest request_;
  State state_ = State::kHead;
  int refusal_ = 0;
  int version_ = 0;
  bool expects_continue_ = false;
  bool chunked_ = false;
  std::size_t fields_ = 0;
  std::size_t hosts_ = 0;
  std::size_t lengths_ = 0;
  std::size_t framing_bytes_ = 0;  // of chunked bodies, beside their content
  std::string_view input_;         // of the Put that runs
};

}  // namespace fairline::auth_gateway
