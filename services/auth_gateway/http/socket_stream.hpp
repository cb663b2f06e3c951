#pragma once
// One connection: requests are read under a deadline for the whole of each, answers written under
// a timeout. The library, which sees it as its stream, reads nothing from the network: it gets the
// head that was checked (BeginReply), and no byte more.

#include <chrono>
#include <string>
#include <string_view>

#include <httplib.h>

namespace fairline::auth_gateway {

class SocketStream final : public httplib::Stream {
 public:
  using Clock = std::chrono::steady_clock;

  SocketStream(socket_t socket, std::chrono::milliseconds write_timeout);

  // Waits up to `timeout` for the first byte of the next request. kClosed: the peer is gone.
  enum class Wait { kReady, kTimeout, kClosed };
  [[nodiscard]] Wait WaitForRequest(std::chrono::milliseconds timeout);

  // Reads up to and with the empty line that ends a head, or with the first line that does not end
  // in CRLF: there is no reading on after it.
  enum class Arrival { kWhole, kTooLarge, kBroken };
  [[nodiscard]] Arrival ReadHead(Clock::time_point deadline, std::size_t max_bytes,
                                 std::string& head);
  // Reads exactly `size` bytes; false when they do not come in time.
  [[nodiscard]] bool ReadBody(Clock::time_point deadline, std::size_t size, std::string& body);
  // What the library reads from now on: `head`, then the end.
  void BeginReply(std::string head);
  // Writes all of `text`; false when the peer does not take it.
  [[nodiscard]] bool WriteAll(std::string_view text);

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* data, size_t size) override;
  ssize_t write(const char* data, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

 private:
  [[nodiscard]] bool Poll(short events, std::chrono::milliseconds timeout) const;
  // Receives into the empty buffer; as recv.
  ssize_t Fill();
  // True when the buffer holds a byte, after waiting for one until `deadline`.
  [[nodiscard]] bool Await(Clock::time_point deadline);

  const socket_t socket_;
  const std::chrono::milliseconds write_timeout_;
  std::string buffer_;
  std::size_t used_ = 0;
  std::string head_;
  std::size_t head_read_ = 0;
  std::string remote_ip_;
  int remote_port_ = 0;
};

}  // namespace fairline::auth_gateway
