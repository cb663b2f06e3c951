#pragma once
// cpp-httplib made fit to face a network. The library only ever sees a head that was checked
// (request_head.hpp) and writes the answer: this class reads head and body itself, under a deadline
// for the whole request (slow senders) and limits on both; what cannot be read to its end is
// refused and ends the connection. On top of the library also: TCP_NODELAY, a real listen backlog,
// a bounded queue (503 beyond it), and no idle connection keeps a thread that another one waits
// for. TLS belongs in front of it.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <httplib.h>

#include "libs/core/status.hpp"

namespace fairline::auth_gateway {

struct HttpServerOptions {
  std::string listen;  // "127.0.0.1:8080"; port 0 picks one
  std::size_t threads = 64;
  std::size_t max_queued = 1024;
  std::size_t max_body_bytes = 4 << 20;
  std::size_t max_header_bytes = 32 * 1024;
  std::size_t max_requests_per_connection = 100'000;
  std::chrono::milliseconds idle_timeout{30'000};
  std::chrono::milliseconds read_timeout{15'000};  // from a request's first byte to its last
  std::chrono::milliseconds write_timeout{15'000};
};

class HttpServer {
 public:
  using Handler = std::function<void(const httplib::Request&, httplib::Response&)>;
  // Writes the body of an error that the server itself answers (RequestHead::refusal, 431, 500);
  // the request is empty when its head was refused.
  using ErrorHandler = std::function<void(const httplib::Request&, httplib::Response&)>;

  // Serves from threads of its own until stopped or destroyed. Every request of every method goes
  // to `handle`, whole, with its body. Unavailable when the address cannot be bound.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<HttpServer>> Start(HttpServerOptions options,
                                                                         Handler handle,
                                                                         ErrorHandler on_error);
  ~HttpServer();

  [[nodiscard]] int port() const { return port_; }

  // Takes no more connections, lets running requests end, and joins. Idempotent.
  void Stop();

 private:
  class Server;
  HttpServer();
  std::unique_ptr<Server> server_;
  std::thread thread_;
  int port_ = 0;
};

}  // namespace fairline::auth_gateway
