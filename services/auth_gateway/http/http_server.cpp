#include "services/auth_gateway/http/http_server.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <thread>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/resource.h>

#include "libs/telemetry/log.hpp"
#include "services/auth_gateway/http/connection.hpp"
#include "services/auth_gateway/http/problem.hpp"
#include "services/auth_gateway/http/tls_files.hpp"

namespace fairline::auth_gateway {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr int kBacklog = 1024;
constexpr milliseconds kSweepEvery{100};
constexpr milliseconds kAcceptAgain{50};  // after the process ran out of files

struct HostAndPort {
  std::string host;
  std::string port;
};

absl::StatusOr<HostAndPort> ParseListen(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  int port = -1;
  if (colon != std::string::npos) {
    const char* const end = listen.data() + listen.size();
    const auto [stop, error] = std::from_chars(listen.data() + colon + 1, end, port);
    if (error != std::errc{} || stop != end || port > 65535) port = -1;
  }
  if (port < 0) return absl::InvalidArgumentError("not a \"host:port\" to listen on: " + listen);
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return HostAndPort{std::move(host), std::to_string(port)};
}

// How many connections there may be: as many files may be open, less what the rest needs.
std::size_t ConnectionsFor(std::size_t wanted) {
  constexpr std::size_t kOthers = 512;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
  const rlim_t enough = std::min<rlim_t>(files.rlim_max, wanted + kOthers);
  if (files.rlim_cur < enough) {
    files.rlim_cur = enough;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0) getrlimit(RLIMIT_NOFILE, &files);
  }
  return std::min<std::size_t>(
      wanted, files.rlim_cur > kOthers ? files.rlim_cur - kOthers : files.rlim_cur / 2);
}

}  // namespace

class HttpServer::Server {
 public:
  Server(HttpServerOptions options, Handler handle, ErrorHandler on_error,
         std::optional<TlsFiles> tls)
      : state_(std::move(options), std::move(handle), std::move(on_error)),
        tls_(std::move(tls)),
        max_connections_(ConnectionsFor(state_.options.limits.connections)) {
    for (std::size_t i = 0; i < std::max<std::size_t>(1, state_.options.io_threads); ++i) {
      loops_.push_back(std::make_unique<Loop>());
      sweeps_.push_back(std::make_unique<asio::steady_timer>(loops_.back()->context));
    }
    acceptor_ = std::make_unique<tcp::acceptor>(loops_.front()->context);
    accept_again_ = std::make_unique<asio::steady_timer>(loops_.front()->context);
  }

  ~Server() { Stop(); }

  // Binds and listens.
  [[nodiscard]] absl::Status Listen(const HostAndPort& at) {
    error_code error;
    tcp::resolver resolver(loops_.front()->context);
    const auto found = resolver.resolve(
        at.host, at.port, tcp::resolver::passive | tcp::resolver::numeric_service, error);
    if (error || found.empty()) return absl::UnavailableError(error.message());
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(kBacklog, error);
    if (!error) port_ = acceptor_->local_endpoint(error).port();
    return error ? absl::UnavailableError(error.message()) : absl::OkStatus();
  }

  void Run() {
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      Sweep(i);
      threads_.emplace_back([this, i] { RunLoop(loops_[i]->context); });
    }
    asio::post(loops_.front()->context, [this] { Accept(); });
  }

  void Stop() {
    if (threads_.empty()) return;
    state_.stopping = true;
    asio::post(loops_.front()->context, [this] {
      error_code ignored;
      acceptor_->close(ignored);
    });
    ForEachConnection([](Connection& connection) { connection.Drain(); });
    const auto until = Connection::Clock::now() + state_.options.drain_time;
    while (state_.connections > 0 && Connection::Clock::now() < until) {
      std::this_thread::sleep_for(milliseconds(2));
    }
    ForEachConnection([](Connection& connection) { connection.Close(); });
    state_.workers.Stop();
    for (const auto& loop : loops_) asio::post(loop->context, [&loop] { loop->context.stop(); });
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  [[nodiscard]] int port() const { return port_; }

 private:
  static void RunLoop(asio::io_context& context) {
    for (;;) {
      try {
        context.run();
        return;
      } catch (const std::exception& error) {
        // Memory, most likely: the connection pays (its time runs out), not the process.
        telemetry::Error("a connection was given up", {{"error", error.what()}});
      }
    }
  }

  void ForEachConnection(void (*act)(Connection&)) {
    for (const auto& loop : loops_) {
      asio::post(loop->context, [&loop, act] {
        // A copy: acting takes connections out.
        const std::vector<std::shared_ptr<Connection>> all(loop->connections.begin(),
                                                           loop->connections.end());
        for (const auto& connection : all) act(*connection);
      });
    }
  }

  void Sweep(std::size_t i) {
    sweeps_[i]->expires_after(kSweepEvery);
    sweeps_[i]->async_wait([this, i](error_code error) {
      if (error) return;
      const auto now = Connection::Clock::now();
      const std::vector<std::shared_ptr<Connection>> all(loops_[i]->connections.begin(),
                                                         loops_[i]->connections.end());
      for (const auto& connection : all) connection->Sweep(now);
      Sweep(i);
    });
  }

  void Accept() {
    Loop& loop = *loops_[next_loop_++ % loops_.size()];
    acceptor_->async_accept(loop.context, [this, &loop](error_code error, tcp::socket socket) {
      if (state_.stopping || error == asio::error::operation_aborted) return;
      if (error) {
        accept_again_->expires_after(kAcceptAgain);
        accept_again_->async_wait([this](error_code cancelled) {
          if (!cancelled) Accept();
        });
        return;
      }
      Welcome(std::move(socket), loop);
      Accept();
    });
  }

  void Welcome(tcp::socket socket, Loop& loop) {
    error_code ignored;
    if (state_.connections >= max_connections_) {
      constexpr std::string_view kFull =
          "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n"
          "Connection: close\r\n\r\n";
      socket.non_blocking(true, ignored);
      if (!tls_) socket.write_some(asio::buffer(kFull), ignored);
      socket.shutdown(tcp::socket::shutdown_send, ignored);
      return;
    }
    socket.set_option(tcp::no_delay(true), ignored);
    auto connection =
        Connection::Make(std::move(socket), tls_ ? tls_->Current() : nullptr, state_, loop);
    asio::post(loop.context, [&loop, connection = std::move(connection)] {
      loop.connections.insert(connection);
      connection->Begin();
    });
  }

  ServerState state_;
  std::optional<TlsFiles> tls_;  // the accepting thread's
  const std::size_t max_connections_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::unique_ptr<asio::steady_timer>> sweeps_;
  std::unique_ptr<tcp::acceptor> acceptor_;
  std::unique_ptr<asio::steady_timer> accept_again_;
  std::size_t next_loop_ = 0;
  int port_ = 0;
  std::vector<std::thread> threads_;
};

HttpServer::HttpServer() = default;

HttpServer::~HttpServer() = default;

int HttpServer::port() const { return server_->port(); }

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options,
                                                              Handler handle,
                                                              ErrorHandler on_error) {
  const std::string listen = options.listen;
  ASSIGN_OR_RETURN(const HostAndPort at, ParseListen(listen));
  std::optional<TlsFiles> tls;
  if (options.tls_certificate_file.empty() != options.tls_key_file.empty()) {
    return absl::InvalidArgumentError("TLS takes the files of both certificate and key");
  }
  if (!options.tls_certificate_file.empty()) {
    ASSIGN_OR_RETURN(tls, TlsFiles::Open(options.tls_certificate_file, options.tls_key_file));
  }
  std::unique_ptr<HttpServer> server(new HttpServer);
  server->server_ = std::make_unique<Server>(std::move(options), std::move(handle),
                                             std::move(on_error), std::move(tls));
  if (const absl::Status status = server->server_->Listen(at); !status.ok()) {
    return absl::UnavailableError("cannot listen on " + listen + ": " +
                                  std::string(status.message()));
  }
  server->server_->Run();
  return server;
}

void HttpServer::Stop() { server_->Stop(); }

}  // namespace fairline::auth_gateway
