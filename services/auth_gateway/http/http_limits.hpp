#pragma once
// Every limit of the front, in one place. What goes beyond one is refused with the status beside
// it, and unless the request was read to its end the connection is closed.

#include <chrono>
#include <cstddef>

namespace fairline::auth_gateway {

struct HttpLimits {
  std::size_t header_bytes = 32 * 1024;  // 431: request line and fields; also trailers, chunk lines
  std::size_t fields = 100;              // 431: trailers count too
  std::size_t target_bytes = 8192;       // 414
  std::size_t body_bytes = 4 << 20;      // 413
  // 503: bodies in memory of all requests and answers together, while they arrive or leave.
  std::size_t all_bodies_bytes = 256 << 20;

  // 408: from the first byte of a request to the end of its head, and from there to its own end.
  std::chrono::milliseconds head_time{10'000};
  std::chrono::milliseconds body_time{15'000};
  std::chrono::milliseconds idle_time{30'000};   // closed without a word; TLS handshakes too
  std::chrono::milliseconds write_time{15'000};  // closed: the client took nothing for so long

  std::size_t connections = 16'384;  // 503, and closed; less when the process may open fewer files
  std::size_t queued = 1024;         // 503: whole requests that wait for a worker
};

}  // namespace fairline::auth_gateway
