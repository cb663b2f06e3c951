#pragma once
// The library's view of one connection: buffered reading under a deadline for the whole request
// and a limit on its header section; writing under a timeout.

#include <chrono>
#include <string>

#include <httplib.h>

namespace fairline::auth_gateway {

class SocketStream final : public httplib::Stream {
 public:
  using Clock = std::chrono::steady_clock;

  SocketStream(socket_t socket, std::chrono::milliseconds write_timeout);

  // Waits up to `timeout` for the first byte of the next request. kClosed: the peer is gone.
  enum class Wait { kReady, kTimeout, kClosed };
  [[nodiscard]] Wait WaitForRequest(std::chrono::milliseconds timeout);

  // A request begins: it must have arrived by `deadline`, its headers within `max_header_bytes`.
  void BeginRequest(Clock::time_point deadline, std::size_t max_header_bytes);
  // The headers were read; the body has a limit of its own.
  void EndHeaders() { header_bytes_left_ = kNoLimit; }
  // A request did not arrive as it should have: the connection cannot go on.
  [[nodiscard]] bool Broken() const { return broken_; }

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* data, size_t size) override;
  ssize_t write(const char* data, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

 private:
  static constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);
  [[nodiscard]] bool Poll(short events, std::chrono::milliseconds timeout) const;
  // Receives into the empty buffer; as recv.
  ssize_t Fill();

  const socket_t socket_;
  const std::chrono::milliseconds write_timeout_;
  std::string buffer_;
  std::size_t used_ = 0;
  Clock::time_point deadline_;
  std::size_t header_bytes_left_ = kNoLimit;
  bool broken_ = false;
  std::string remote_ip_;
  int remote_port_ = 0;
};

}  // namespace fairline::auth_gateway
