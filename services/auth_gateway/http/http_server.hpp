#pragma once
// The front of the door: an event-driven HTTP/1.1 server on Boost.Asio, with Boost.Beast's parser
// held to RFC 9112 (request_parser.hpp). A connection costs a socket and some kilobytes; threads of
// I/O do all reading and writing, and a fixed pool of workers runs the handlers, first come, first
// served. Who sends or reads slowly, or nothing, holds no thread. Requests of one connection are
// answered one at a time in their order. With a certificate it speaks TLS. Its limits:
// http_limits.hpp.

#include <functional>
#include <memory>
#include <string>

#include "libs/core/status.hpp"
#include "services/auth_gateway/http/http_limits.hpp"
#include "services/auth_gateway/http/message.hpp"
#include "services/auth_gateway/http/trusted_proxies.hpp"

namespace fairline::auth_gateway {

struct HttpServerOptions {
  std::string listen;  // "127.0.0.1:8080", "[::1]:8080"; port 0 picks one
  std::size_t workers = 64;
  std::size_t io_threads = 2;
  HttpLimits limits;
  TrustedProxies trusted_proxies;
  // PEM files of the certificate with its chain, and of its key; both empty for plain HTTP. Files
  // that change are read again within seconds, for connections that come then.
  std::string tls_certificate_file;
  std::string tls_key_file;
  // What is still running when Stop has waited this long is cut off.
  std::chrono::milliseconds drain_time{10'000};
};

class HttpServer {
 public:
  // On a worker. An exception becomes a 500 whose text stays inside.
  using Handler = std::function<void(const HttpRequest&, HttpResponse&)>;
  // Writes fields and body of an error that the server itself answers, whose status is set; the
  // request is empty when it was refused. On a thread of I/O: waits for nothing.
  using ErrorHandler = std::function<void(const HttpRequest&, HttpResponse&)>;

  // Serves from threads of its own until stopped or destroyed. Every request of every method goes
  // to `handle`, whole, with its body. Unavailable when the address cannot be bound,
  // InvalidArgument when it is none or the certificate cannot be used.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<HttpServer>> Start(HttpServerOptions options,
                                                                         Handler handle,
                                                                         ErrorHandler on_error);
  ~HttpServer();

  [[nodiscard]] int port() const;

  // Takes no more connections, ends idle ones and streams of events, lets requests that have begun
  // be answered, and joins. Idempotent.
  void Stop();

 private:
  class Server;
  HttpServer();
  std::unique_ptr<Server> server_;
};

}  // namespace fairline::auth_gateway
