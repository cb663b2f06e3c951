#pragma once
// A static web server over a folder on a free loopback port, with ETag and Last-Modified, as the
// data site has them.

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

namespace fairline::testing {

class StaticHttpServer {
 public:
  explicit StaticHttpServer(std::filesystem::path folder);
  ~StaticHttpServer();
  StaticHttpServer(const StaticHttpServer&) = delete;
  StaticHttpServer& operator=(const StaticHttpServer&) = delete;

  [[nodiscard]] std::string url() const;  // "http://127.0.0.1:PORT"
  [[nodiscard]] int requests() const { return requests_; }
  [[nodiscard]] int not_modified() const { return not_modified_; }

 private:
  struct Running;
  std::unique_ptr<Running> running_;
  std::atomic<int> requests_{0};
  std::atomic<int> not_modified_{0};
};

}  // namespace fairline::testing
