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

void SocketStream::BeginRequest(Clock::time_point deadline, std::size_t max_header_bytes) {
  deadline_ = deadline;
  header_bytes_left_ = max_header_bytes;
}

bool SocketStream::is_readable() const { return used_ < buffer_.size() || Poll(POLLIN, {}); }

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

ssize_t SocketStream::read(char* data, size_t size) {
  if (used_ == buffer_.size()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    if (left.count() <= 0 || !Poll(POLLIN, left) || Fill() <= 0) {
      broken_ = true;
      return -1;
    }
  }
  const std::size_t taken = std::min(size, buffer_.size() - used_);
  if (header_bytes_left_ != kNoLimit) {
    if (taken > header_bytes_left_) {
      broken_ = true;
      return -1;
    }
    header_bytes_left_ -= taken;
  }
  std::memcpy(data, buffer_.data() + used_, taken);
  used_ += taken;
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

void SocketStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = remote_ip_;
  port = remote_port_;
}

void SocketStream::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

}  // namespace fairline::auth_gateway
