#include "libs/testing/http_server.hpp"

#include <fstream>
#include <iterator>
#include <thread>

#include <httplib.h>

#include "libs/core/sha256.hpp"

namespace fairline::testing {

struct StaticHttpServer::Running {
  httplib::Server server;
  std::thread thread;
  int port = 0;
};

StaticHttpServer::StaticHttpServer(std::filesystem::path folder)
    : running_(std::make_unique<Running>()) {
  httplib::Server& server = running_->server;
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1000);
  server.Get("/.*", [this, folder](const httplib::Request& request, httplib::Response& response) {
    ++requests_;
    const std::filesystem::path file = folder / request.path.substr(1);
    if (request.path.find("..") != std::string::npos || !std::filesystem::is_regular_file(file)) {
      response.status = 404;
      return;
    }
    std::ifstream stream(file, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    const std::string etag = '"' + Sha256Hex(bytes).substr(0, 16) + '"';
    response.set_header("ETag", etag);
    if (request.get_header_value("If-None-Match") == etag) {
      ++not_modified_;
      response.status = 304;
      return;
    }
    response.set_content(std::move(bytes), "text/csv");
  });
  running_->port = server.bind_to_any_port("127.0.0.1");
  running_->thread = std::thread([&server] { server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::yield();
}

StaticHttpServer::~StaticHttpServer() {
  running_->server.stop();
  running_->thread.join();
}

std::string StaticHttpServer::url() const {
  return "http://127.0.0.1:" + std::to_string(running_->port);
}

}  // namespace fairline::testing
