#pragma once
// One connection of the HTTP server, and what it shares with the others of its thread. Everything
// here happens on the one thread of its io_context, except where it says otherwise.

#include <atomic>
#include <memory>
#include <string>
#include <unordered_set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "services/auth_gateway/http/http_server.hpp"
#include "services/auth_gateway/http/worker_pool.hpp"

namespace fairline::auth_gateway {

class Connection;

// For all connections of all threads.
struct ServerState {
  ServerState(HttpServerOptions given, HttpServer::Handler handler, HttpServer::ErrorHandler error)
      : options(std::move(given)),
        handle(std::move(handler)),
        on_error(std::move(error)),
        workers(options.workers, options.limits.queued) {}

  const HttpServerOptions options;
  const HttpServer::Handler handle;
  const HttpServer::ErrorHandler on_error;
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> body_bytes{0};
  WorkerPool workers;
};

// The connections of one thread of I/O.
struct Loop {
  boost::asio::io_context context{1};
  std::unordered_set<std::shared_ptr<Connection>> connections;
};

class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Connection() = default;

  // Reads the first request. With a context, after a handshake of TLS.
  [[nodiscard]] static std::shared_ptr<Connection> Make(
      boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls,
      ServerState& server, Loop& loop);
  virtual void Begin() = 0;
  // Ends what has taken too long by now.
  virtual void Sweep(Clock::time_point now) = 0;
  // The server stops: ends it unless a request has begun.
  virtual void Drain() = 0;
  virtual void Close() = 0;
};

}  // namespace fairline::auth_gateway
