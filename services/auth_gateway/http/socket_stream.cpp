#include "services/auth_gateway/http/socket_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

namespace fairline::auth_gateway {
namespace {

constexpr std::size_t kBufferBytes = 16 * 1024;

}  // namespace

SocketStream::SocketStream(socket_t socket, std::chrono::milliseconds write_timeout)
    : socket_(socket), write_timeout_(write_timeout) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  std::array<char, NI_MAXHOST> host;
  std::array<char, NI_MAXSERV> service;
  if (getpeername(socket_, generic, &length) == 0 &&
      getnameinfo(generic, length, host.data(), host.size(), service.data(), service.size(),
                  NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
    remote_ip_ = host.data();
    remote_port_ = std::atoi(service.data());
  }
}

bool SocketStream::Poll(short events, std::chrono::milliseconds timeout) const {
  pollfd wanted{socket_, events, 0};
  const int ready = poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(0, timeout.count())));
  return ready > 0;
}

SocketStream::Wait SocketStream::WaitForRequest(std::chrono::milliseconds timeout) {
  if (used_ < buffer_.size()) return Wait::kReady;
  if (!Poll(POLLIN, timeout)) return Wait::kTimeout;
  return Fill() > 0 ? Wait::kReady : Wait::kClosed;
}

SocketStream::Arrival SocketStream::ReadHead(Clock::time_point deadline, std::size_t max_bytes,
                                             std::string& head) {
  head.clear();
  while (Await(deadline)) {
    const char* begin = buffer_.data() + used_;
    const std::size_t available = buffer_.size() - used_;
    const void* feed = std::memchr(begin, '\n', available);
    const std::size_t taken =
        feed == nullptr ? available
                        : static_cast<std::size_t>(static_cast<const char*>(feed) - begin) + 1;
    if (head.size() + taken > max_bytes) return Arrival::kTooLarge;
    head.append(begin, taken);
    used_ += taken;
    if (feed == nullptr) continue;
    // One empty line before a request is passed over (RFC 9112, section 2.2).
    if (head == "\r\n") {
      head.clear();
      max_bytes -= 2;
    } else if (head.ends_with("\r\n\r\n") || !head.ends_with("\r\n")) {
      return Arrival::kWhole;
    }
  }
  return Arrival::kBroken;
}

bool SocketStream::ReadBody(Clock::time_point deadline, std::size_t size, std::string& body) {
  body.clear();
  while (body.size() < size) {
    if (!Await(deadline)) return false;
    const std::size_t taken = std::min(size - body.size(), buffer_.size() - used_);
    body.append(buffer_, used_, taken);
    used_ += taken;
  }
  return true;
}

void SocketStream::BeginReply(std::string head) {
  head_ = std::move(head);
  head_read_ = 0;
}

bool SocketStream::is_readable() const { return head_read_ < head_.size(); }

// Writable, and the peer has not gone: a stream of events asks before each one.
bool SocketStream::is_writable() const {
  if (!Poll(POLLOUT, write_timeout_)) return false;
  if (!Poll(POLLIN, {})) return true;
  char byte;
  return recv(socket_, &byte, 1, MSG_PEEK) > 0;
}

ssize_t SocketStream::Fill() {
  buffer_.resize(kBufferBytes);
  used_ = 0;
  ssize_t received = 0;
  do {
    received = recv(socket_, buffer_.data(), buffer_.size(), 0);
  } while (received < 0 && errno == EINTR);
  buffer_.resize(received > 0 ? static_cast<std::size_t>(received) : 0);
  return received;
}

bool SocketStream::Await(Clock::time_point deadline) {
  if (used_ < buffer_.size()) return true;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return left.count() > 0 && Poll(POLLIN, left) && Fill() > 0;
}

ssize_t SocketStream::read(char* data, size_t size) {
  const std::size_t taken = std::min(size, head_.size() - head_read_);
  std::memcpy(data, head_.data() + head_read_, taken);
  head_read_ += taken;
  return static_cast<ssize_t>(taken);
}

ssize_t SocketStream::write(const char* data, size_t size) {
  for (;;) {
    const ssize_t sent = send(socket_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return sent;
    if (errno != EINTR && errno != EAGAIN) return -1;
    if (!Poll(POLLOUT, write_timeout_)) return -1;
  }
}

bool SocketStream::WriteAll(std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = write(text.data(), text.size());
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void SocketStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = remote_ip_;
  port = remote_port_;
}

void SocketStream::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

}  // namespace fairline::auth_gateway
