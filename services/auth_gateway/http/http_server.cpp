#include "services/auth_gateway/http/http_server.hpp"

#include <array>
#include <atomic>
#include <charconv>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "services/auth_gateway/http/connection_pool.hpp"
#include "services/auth_gateway/http/socket_stream.hpp"

namespace fairline::auth_gateway {
namespace {

using std::chrono::milliseconds;

constexpr int kBacklog = 1024;
constexpr milliseconds kIdleSlice{200};

// How a request that must not be read any further is answered; 0 lets it through.
int RefusalOf(const httplib::Request& request, std::size_t max_body_bytes) {
  if (request.has_header("Transfer-Encoding")) return 411;
  const std::size_t lengths = request.get_header_value_count("Content-Length");
  if (lengths == 0) return 0;
  const std::string text = request.get_header_value("Content-Length");
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (lengths > 1 || error != std::errc{} || end != text.data() + text.size()) return 400;
  return length > max_body_bytes ? 413 : 0;
}

bool HasBody(const httplib::Request& request) {
  return request.has_header("Content-Length") && request.get_header_value("Content-Length") != "0";
}

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
      : options_(std::move(options)) {
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
    set_payload_max_length(options_.max_body_bytes);
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      const int refusal = RefusalOf(request, options_.max_body_bytes);
      if (refusal == 0) return HandlerResponse::Unhandled;
      response.status = refusal;
      return HandlerResponse::Handled;
    });
    set_error_handler([on_error](const httplib::Request& request, httplib::Response& response) {
      if (response.body.empty()) on_error(request, response);
    });
    constexpr char kEverything[] = R"([\s\S]*)";
    Get(kEverything, handle);
    Post(kEverything, handle);
    Put(kEverything, handle);
    Patch(kEverything, handle);
    Delete(kEverything, handle);
    Options(kEverything, handle);
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
    SocketStream stream(socket, options_.write_timeout);
    bool understood = false;
    bool unread_input = false;
    const auto look = [&](httplib::Request& request) {
      stream.EndHeaders();
      understood = true;
      // The library trusts headers of these names; the connection alone knows.
      request.headers.erase("REMOTE_ADDR");
      request.headers.erase("REMOTE_PORT");
      const bool body_is_read = request.method == "POST" || request.method == "PUT" ||
                                request.method == "PATCH" || request.method == "DELETE";
      unread_input =
          RefusalOf(request, options_.max_body_bytes) != 0 || (!body_is_read && HasBody(request));
    };
    bool open = true;
    for (std::size_t left = options_.max_requests_per_connection; open && left > 0; --left) {
      if (!AwaitRequest(stream)) break;
      stream.BeginRequest(SocketStream::Clock::now() + options_.read_timeout,
                          options_.max_header_bytes);
      const bool last = left == 1 || stopping_ || pool_->Crowded();
      bool closed = false;
      understood = false;
      // After a request that was not read to its end, nobody knows where the next one begins.
      open = process_request(stream, last, closed, look) && !closed && !last && understood &&
             !unread_input && !stream.Broken();
    }
    CloseGently(socket);
    return true;
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
