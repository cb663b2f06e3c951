#include "services/auth_gateway/http/http_server.hpp"

#include <array>
#include <atomic>
#include <charconv>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libs/telemetry/log.hpp"
#include "services/auth_gateway/http/connection_pool.hpp"
#include "services/auth_gateway/http/problem.hpp"
#include "services/auth_gateway/http/request_head.hpp"
#include "services/auth_gateway/http/socket_stream.hpp"

namespace fairline::auth_gateway {
namespace {

using std::chrono::milliseconds;

constexpr int kBacklog = 1024;
constexpr milliseconds kIdleSlice{200};

// Lets the peer read the answer before unread input resets the connection.
void CloseGently(socket_t socket) {
  shutdown(socket, SHUT_WR);
  std::array<char, 16 * 1024> discarded;
  std::size_t total = 0;
  const auto until = std::chrono::steady_clock::now() + milliseconds(500);
  while (total < (1U << 20) && std::chrono::steady_clock::now() < until) {
    pollfd wanted{socket, POLLIN, 0};
    if (poll(&wanted, 1, 100) <= 0) break;
    const ssize_t received = recv(socket, discarded.data(), discarded.size(), 0);
    if (received <= 0) break;
    total += static_cast<std::size_t>(received);
  }
  close(socket);
}

}  // namespace

class HttpServer::Server final : public httplib::Server {
 public:
  Server(HttpServerOptions options, Handler handle, ErrorHandler on_error)
      : options_(std::move(options)), on_error_(std::move(on_error)) {
    new_task_queue = [this] {
      pool_ = new ConnectionPool(options_.threads, options_.max_queued);
      return pool_;
    };
    set_tcp_nodelay(true);
    // The library's default is SO_REUSEPORT: a second server would share the port unnoticed.
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    set_keep_alive_max_count(options_.max_requests_per_connection);
    set_keep_alive_timeout(
        std::chrono::duration_cast<std::chrono::seconds>(options_.idle_timeout).count());
    // Before the library's own routing, which would read a body from the network again.
    set_pre_routing_handler([handle](const httplib::Request& request, httplib::Response& response) {
      handle(request, response);
      return HandlerResponse::Handled;
    });
    // The library's own handler tells the exception's text to the client.
    set_exception_handler([](const httplib::Request&, httplib::Response& response,
                             std::exception_ptr) { response.status = 500; });
    set_error_handler([this](const httplib::Request& request, httplib::Response& response) {
      if (response.body.empty()) on_error_(request, response);
    });
  }

  // Binds; the port, or -1.
  int Bind(const std::string& host, int port) {
    if (port == 0) {
      port = bind_to_any_port(host);
    } else if (!bind_to_port(host, port)) {
      return -1;
    }
    // The library's own backlog of 5 is compiled in; asking again raises it.
    if (port > 0 && ::listen(svr_sock_, kBacklog) != 0) return -1;
    return port;
  }

  void Stop() {
    stopping_ = true;
    stop();
  }

 private:
  bool process_and_close_socket(socket_t socket) override {
    if (ConnectionPool::Refusing()) {
      constexpr std::string_view kBusy =
          "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n"
          "Connection: close\r\n\r\n";
      send(socket, kBusy.data(), kBusy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      shutdown(socket, SHUT_WR);
      close(socket);
      return false;
    }
    try {
      SocketStream stream(socket, options_.write_timeout);
      std::size_t left = options_.max_requests_per_connection;
      while (left > 0 && AwaitRequest(stream) && ServeOne(stream, left == 1)) --left;
    } catch (const std::exception& error) {
      // Memory, most likely: this connection pays, not the process.
      telemetry::Error("a connection was given up", {{"error", error.what()}});
    }
    CloseGently(socket);
    return true;
  }

  // One request, read whole, and its answer. False when the connection ends with it.
  bool ServeOne(SocketStream& stream, bool last) {
    const auto deadline = SocketStream::Clock::now() + options_.read_timeout;
    std::string sent;
    switch (stream.ReadHead(deadline, options_.max_header_bytes, sent)) {
      case SocketStream::Arrival::kWhole:
        break;
      case SocketStream::Arrival::kTooLarge:
        return Refuse(stream, 431);
      case SocketStream::Arrival::kBroken:
        return false;
    }
    RequestHead head = CheckHead(sent, options_.max_body_bytes);
    if (head.refusal != 0) return Refuse(stream, head.refusal);
    if (head.expects_continue && head.body_bytes > 0) {
      constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      if (!stream.WriteAll(kContinue)) return false;
    }
    std::string body;
    if (!stream.ReadBody(deadline, head.body_bytes, body)) return false;
    last = last || stopping_ || pool_->Crowded();
    bool closed = false;
    bool understood = false;
    stream.BeginReply(std::move(head.text));
    const bool answered = process_request(stream, last, closed, [&](httplib::Request& request) {
      understood = true;
      request.body = std::move(body);
    });
    return answered && understood && !closed && !last;
  }

  // Answers without the library, and ends the connection: always false.
  bool Refuse(SocketStream& stream, int status) const {
    httplib::Response response;
    response.status = status;
    on_error_({}, response);
    std::string text = "HTTP/1.1 " + std::to_string(status) + " ";
    text.append(ReasonPhrase(status)).append("\r\nConnection: close\r\nContent-Length: ");
    text.append(std::to_string(response.body.size())).append("\r\n");
    for (const auto& [name, value] : response.headers) {
      text.append(name).append(": ").append(value).append("\r\n");
    }
    (void)stream.WriteAll(text.append("\r\n").append(response.body));
    return false;
  }

  // False when the connection is over: closed, idle for too long, or its thread is wanted.
  bool AwaitRequest(SocketStream& stream) const {
    for (milliseconds waited{0}; waited < options_.idle_timeout; waited += kIdleSlice) {
      switch (stream.WaitForRequest(kIdleSlice)) {
        case SocketStream::Wait::kReady:
          return true;
        case SocketStream::Wait::kClosed:
          return false;
        case SocketStream::Wait::kTimeout:
          if (stopping_ || pool_->Crowded()) return false;
      }
    }
    return false;
  }

  const HttpServerOptions options_;
  const ErrorHandler on_error_;
  ConnectionPool* pool_ = nullptr;  // the library owns it while it listens
  std::atomic<bool> stopping_{false};
};

HttpServer::HttpServer() = default;

HttpServer::~HttpServer() { Stop(); }

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options,
                                                              Handler handle,
                                                              ErrorHandler on_error) {
  const std::string listen = options.listen;
  const std::size_t colon = listen.rfind(':');
  int port = -1;
  if (colon != std::string::npos) {
    const char* begin = listen.data() + colon + 1;
    const char* end = listen.data() + listen.size();
    const auto [stop, error] = std::from_chars(begin, end, port);
    if (error != std::errc{} || stop != end || port > 65535) port = -1;
  }
  if (port < 0) return absl::InvalidArgumentError("not a \"host:port\" to listen on: " + listen);

  std::unique_ptr<HttpServer> server(new HttpServer);
  server->server_ =
      std::make_unique<Server>(std::move(options), std::move(handle), std::move(on_error));
  server->port_ = server->server_->Bind(listen.substr(0, colon), port);
  if (server->port_ <= 0) return absl::UnavailableError("cannot listen on " + listen);
  server->thread_ = std::thread([raw = server->server_.get()] { raw->listen_after_bind(); });
  // stop() does nothing before the loop runs.
  while (!server->server_->is_running()) std::this_thread::sleep_for(milliseconds(1));
  return server;
}

void HttpServer::Stop() {
  if (!thread_.joinable()) return;
  server_->Stop();
  thread_.join();
}

}  // namespace fairline::auth_gateway
