#pragma once
// A request's head, checked strictly (RFC 9112) before the HTTP library sees a byte of it. The
// library skips lines that it does not understand, inflates packed bodies without bound, cuts any
// answer into the ranges asked for, and parses several fields by regular expressions whose cost
// grows with the square of the text; so it is only handed heads that mean one thing.

#include <cstddef>
#include <string>
#include <string_view>

namespace fairline::auth_gateway {

struct RequestHead {
  // 0: accepted. Else the HTTP status that refuses the request; the connection must end with it,
  // since nobody knows where the next request begins.
  int refusal = 0;
  // For the library: as sent, without the fields that it must not act on (Range, Expect, and those
  // names by which it tells the peer's address to itself).
  std::string text;
  std::size_t body_bytes = 0;     // what follows the head; 0 without a Content-Length
  bool expects_continue = false;  // the client waits for "100 Continue" before it sends the body
};

inline constexpr std::size_t kMaxTargetBytes = 8192;
inline constexpr std::size_t kMaxFields = 100;

// `head` ends with the empty line. Refused are:
//   400  lines that do not end in CRLF, folded lines, a blank before the colon, control bytes, a
//        request line that is no "METHOD /target HTTP/1.x", no Host in HTTP/1.1, two Hosts, two
//        Content-Lengths, a Content-Length that is no number
//   411  any Transfer-Encoding       413  more than `max_body_bytes`
//   414  a target of more than kMaxTargetBytes
//   415  any Content-Encoding        417  any expectation but 100-continue
//   431  more than kMaxFields fields 505  another major version of HTTP
[[nodiscard]] RequestHead CheckHead(std::string_view head, std::size_t max_body_bytes);

}  // namespace fairline::auth_gateway
