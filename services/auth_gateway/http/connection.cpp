#include "services/auth_gateway/http/connection.hpp"

#include <array>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "libs/telemetry/log.hpp"
#include "services/auth_gateway/http/problem.hpp"
#include "services/auth_gateway/http/request_parser.hpp"
#include "services/auth_gateway/http/response_text.hpp"

namespace fairline::auth_gateway {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using TlsStream = asio::ssl::stream<tcp::socket>;

constexpr std::size_t kIdleBuffer = 2 * 1024;
constexpr std::size_t kBodyBuffer = 32 * 1024;
// An answer must reach its reader before unread input resets the connection.
constexpr milliseconds kLingerTime{1'000};
constexpr std::size_t kLingerBytes = 4 << 20;
constexpr milliseconds kHeartbeat{10'000};
// A comment in a stream of events: nothing to its reader, but the connection is alive.
constexpr char kQuiet[] = ": quiet\n\n";

template <typename Stream>
class ConnectionOn final : public Connection,
                           public std::enable_shared_from_this<ConnectionOn<Stream>> {
 public:
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

  template <typename... Tls>
  ConnectionOn(ServerState& server, Loop& loop, tcp::socket socket, Tls&... tls)
      : server_(server), loop_(loop), stream_(std::move(socket), tls...) {
    ++server_.connections;
    error_code error;
    const auto peer = Socket().remote_endpoint(error);
    if (!error) peer_ = peer.address();
  }
  ~ConnectionOn() override {
    KeepBodies(0);
    --server_.connections;
  }

  void Begin() override {
    if constexpr (kTls) {
      Enter(Phase::kHandshake, Limits().idle_time);
      stream_.async_handshake(TlsStream::server,
                              [self = this->shared_from_this()](error_code error) {
                                if (error || self->phase_ != Phase::kHandshake) {
                                  return self->Close();
                                }
                                self->AwaitRequest();
                              });
    } else {
      AwaitRequest();
    }
  }

  void Sweep(Clock::time_point now) override {
    if (now < deadline_) return;
    switch (phase_) {
      case Phase::kHead:
      case Phase::kBody:
        return Refuse(408);
      case Phase::kEvents:
        return SendEvent(kQuiet);
      case Phase::kAnswering:
      case Phase::kClosed:
        return;
      default:
        return Close();
    }
  }

  void Drain() override {
    if (phase_ == Phase::kIdle || phase_ == Phase::kHandshake) Close();
    if (phase_ == Phase::kEvents) EndEvents();
  }

  void Close() override {
    if (phase_ == Phase::kClosed) return;
    phase_ = Phase::kClosed;
    if (events_) events_->Cancel();
    events_.reset();
    error_code ignored;
    Socket().close(ignored);
    loop_.connections.erase(this->shared_from_this());
  }

 private:
  // What it waits for.
  enum class Phase {
    kHandshake,
    kIdle,  // the first byte of a request
    kHead,  // the rest of it
    kBody,
    kAnswering,  // the handler
    kWriting,    // the client, to take the answer
    kEvents,     // the next event
    kLingering,  // the client, to close
    kClosed,
  };

  [[nodiscard]] const HttpLimits& Limits() const { return server_.options.limits; }

  tcp::socket& Socket() {
    if constexpr (kTls) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  void Enter(Phase phase, milliseconds time) {
    phase_ = phase;
    deadline_ = Clock::now() + time;
  }

  // How much of all bodies in memory this connection has.
  void KeepBodies(std::size_t bytes) {
    server_.body_bytes += bytes;
    server_.body_bytes -= kept_bytes_;
    kept_bytes_ = bytes;
  }

  void AwaitRequest() {
    parser_.reset();
    KeepBodies(0);
    if (server_.stopping) return Close();
    Enter(Phase::kIdle, Limits().idle_time);
    // A long request leaves no long buffer behind it.
    if (!reading_ && used_ == 0 && buffer_.size() > kIdleBuffer) std::string().swap(buffer_);
    if (used_ > 0) return Parse();
    Read();
  }

  void Read() {
    if (reading_) return;
    reading_ = true;
    const std::size_t room = phase_ == Phase::kBody ? kBodyBuffer : kIdleBuffer;
    if (buffer_.size() < used_ + room) buffer_.resize(used_ + room);
    stream_.async_read_some(
        asio::buffer(buffer_.data() + used_, buffer_.size() - used_),
        [self = this->shared_from_this()](error_code error, std::size_t received) {
          self->reading_ = false;
          self->OnRead(error, received);
        });
  }

  void OnRead(error_code error, std::size_t received) {
    switch (phase_) {
      case Phase::kIdle:
      case Phase::kHead:
      case Phase::kBody:
        if (error) return Close();
        used_ += received;
        return Parse();
      case Phase::kLingering:
        lingered_ += received;
        if (error || lingered_ > kLingerBytes) return Close();
        return ReadAway();
      case Phase::kEvents:
        // Who reads events says nothing more: either it is gone, or this is for later.
        if (error) return Close();
        used_ += received;
        return;
      case Phase::kWriting:
        used_ += received;
        gone_ = static_cast<bool>(error);
        return;
      default:
        return;
    }
  }

  void Parse() {
    if (!parser_) parser_.emplace(Limits());
    const std::size_t taken = parser_->Put({buffer_.data(), used_});
    used_ -= taken;
    if (used_ > 0 && taken > 0) buffer_.erase(0, taken);
    KeepBodies(parser_->request().body.size());
    switch (parser_->state()) {
      case RequestParser::State::kRefused:
        return Refuse(parser_->refusal());
      case RequestParser::State::kHead:
        if (phase_ == Phase::kIdle) Enter(Phase::kHead, Limits().head_time);
        return Read();
      case RequestParser::State::kBody:
        if (server_.body_bytes > Limits().all_bodies_bytes) return Refuse(503);
        if (phase_ == Phase::kBody) return Read();
        Enter(Phase::kBody, Limits().body_time);
        if (parser_->ExpectsContinue()) return Continue();
        return Read();
      case RequestParser::State::kWhole:
        return Answer();
    }
  }

  void Continue() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue),
                      [self = this->shared_from_this()](error_code error, std::size_t) {
                        if (self->phase_ != Phase::kBody) return;
                        if (error) return self->Close();
                        self->Read();
                      });
  }

  void Answer() {
    phase_ = Phase::kAnswering;
    HttpRequest& request = parser_->request();
    request.client_address = server_.options.trusted_proxies.ClientAddress(peer_, request);
    delivery_.head = request.method == "HEAD";
    delivery_.http11 = parser_->IsHttp11();
    delivery_.closes = !parser_->KeepAlive();
    response_ = {};
    // The last who holds the connection must be its own thread.
    auto self = this->shared_from_this();
    const bool room = server_.body_bytes <= Limits().all_bodies_bytes;
    if (room && server_.workers.Run([self]() mutable {
          self->RunHandler();
          auto& context = self->loop_.context;
          asio::post(context, [self = std::move(self)] { self->Send(); });
        })) {
      return;
    }
    response_.status = 503;
    server_.on_error(request, response_);
    Send();
  }

  // On a worker.
  void RunHandler() {
    const HttpRequest& request = parser_->request();
    try {
      server_.handle(request, response_);
      Pack(request, response_);
    } catch (const std::exception& error) {
      telemetry::Error("a request failed", {{"error", error.what()}});
      response_ = {};
      response_.status = 500;
      server_.on_error(request, response_);
    }
  }

  // Answers a request that was not read to its end, and ends the connection.
  void Refuse(int status) {
    delivery_ = {};
    delivery_.closes = true;
    response_ = {};
    response_.status = status;
    server_.on_error({}, response_);
    Send();
  }

  void Send() {
    if (phase_ == Phase::kClosed) return;
    delivery_.closes =
        delivery_.closes || server_.stopping || (response_.events && !delivery_.http11);
    head_ = HeadText(response_, delivery_);
    if (response_.events && HasBody(response_, delivery_)) events_ = std::move(response_.events);
    if (!HasBody(response_, delivery_)) response_.body.clear();
    KeepBodies(response_.body.size());
    if (parser_) std::string().swap(parser_->request().body);
    Write([](ConnectionOn& self) { self.Sent(); });
  }

  // Writes head_ and the body, then calls `then`.
  template <typename Then>
  void Write(Then then) {
    Enter(Phase::kWriting, Limits().write_time);
    const std::array<asio::const_buffer, 2> text = {asio::buffer(head_),
                                                    asio::buffer(response_.body)};
    asio::async_write(
        stream_, text,
        // Slow is not stuck: each bit that is taken gives it time anew.
        [this](error_code error, std::size_t) -> std::size_t {
          deadline_ = Clock::now() + Limits().write_time;
          return error ? 0 : kBodyBuffer;
        },
        [self = this->shared_from_this(), then](error_code error, std::size_t) {
          if (self->phase_ != Phase::kWriting) return;
          if (error) return self->Close();
          then(*self);
        });
  }

  void Sent() {
    std::string().swap(response_.body);
    KeepBodies(0);
    if (events_) return AwaitEvent();
    if (delivery_.closes || gone_) return Linger();
    AwaitRequest();
  }

  void AwaitEvent() {
    if (server_.stopping) return EndEvents();
    if (gone_) return Close();
    Enter(Phase::kEvents, kHeartbeat);
    if (used_ == 0) Read();  // only to see the client go
    if (awaiting_event_) return;
    awaiting_event_ = true;
    events_->Next([self = this->shared_from_this()](std::optional<std::string> text) mutable {
      auto& context = self->loop_.context;
      asio::post(context, [self = std::move(self), text = std::move(text)]() mutable {
        self->awaiting_event_ = false;
        self->event_ = std::move(text);
        self->event_came_ = true;
        if (self->phase_ == Phase::kEvents) self->TakeEvent();
      });
    });
  }

  void TakeEvent() {
    event_came_ = false;
    if (!event_) return EndEvents();
    SendEvent(*std::exchange(event_, std::nullopt));
  }

  void SendEvent(const std::string& text) {
    head_ = delivery_.http11 ? Chunk(text) : text;
    Write([](ConnectionOn& self) {
      // One that came while the heartbeat was written.
      if (self.event_came_) return self.TakeEvent();
      self.AwaitEvent();
    });
  }

  void EndEvents() {
    events_->Cancel();
    events_.reset();
    head_ = delivery_.http11 ? Chunk({}) : std::string();
    delivery_.closes = delivery_.closes || server_.stopping;
    Write([](ConnectionOn& self) { self.Sent(); });
  }

  void Linger() {
    Enter(Phase::kLingering, kLingerTime);
    if constexpr (kTls) {
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->ReadAway(); });
    } else {
      ReadAway();
    }
  }

  // Says that nothing more comes, and takes what the client still sends.
  void ReadAway() {
    if (phase_ != Phase::kLingering) return;
    error_code ignored;
    Socket().shutdown(tcp::socket::shutdown_send, ignored);
    used_ = 0;
    if (reading_) return;
    reading_ = true;
    buffer_.resize(kBodyBuffer);
    Socket().async_read_some(asio::buffer(buffer_), [self = this->shared_from_this()](
                                                        error_code error, std::size_t received) {
      self->reading_ = false;
      self->OnRead(error, received);
    });
  }

  ServerState& server_;
  Loop& loop_;
  Stream stream_;
  asio::ip::address peer_;
  Phase phase_ = Phase::kIdle;
  Clock::time_point deadline_ = Clock::time_point::max();

  std::string buffer_;
  std::size_t used_ = 0;  // bytes of the buffer that were received and not parsed
  bool reading_ = false;
  bool gone_ = false;  // the client sends nothing more
  std::size_t lingered_ = 0;
  std::size_t kept_bytes_ = 0;

  std::optional<RequestParser> parser_;
  Delivery delivery_;
  HttpResponse response_;
  std::string head_;  // or an event, while it is written
  std::shared_ptr<EventSource> events_;
  bool awaiting_event_ = false;
  bool event_came_ = false;
  std::optional<std::string> event_;  // nothing is the end
};

}  // namespace

std::shared_ptr<Connection> Connection::Make(tcp::socket socket,
                                             std::shared_ptr<asio::ssl::context> tls,
                                             ServerState& server, Loop& loop) {
  if (tls) {
    return std::make_shared<ConnectionOn<TlsStream>>(server, loop, std::move(socket), *tls);
  }
  return std::make_shared<ConnectionOn<tcp::socket>>(server, loop, std::move(socket));
}

}  // namespace fairline::auth_gateway
