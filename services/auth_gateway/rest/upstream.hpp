#pragma once
// Calls of any RPC by name, with messages as bytes: the gateway needs no generated code to pass a
// request on.

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include "libs/rpc/client.hpp"

namespace fairline::auth_gateway {

// An open server stream. For one thread.
class UpstreamStream {
 public:
  UpstreamStream(std::shared_ptr<grpc::Channel> channel, const std::string& rpc_path,
                 const std::string& request, const rpc::Outgoing& outgoing);
  // Cancels what still runs.
  ~UpstreamStream();
  UpstreamStream(const UpstreamStream&) = delete;
  UpstreamStream& operator=(const UpstreamStream&) = delete;

  enum class Event { kMessage, kQuiet, kEnd };
  // The next message within `patience` (kQuiet when none came; ask again), or the end, after which
  // status() says how it ended.
  [[nodiscard]] Event Next(std::chrono::milliseconds patience, std::string& message);
  [[nodiscard]] const absl::Status& status() const { return status_; }

 private:
  enum class Step { kStarting, kWriting, kReading, kFinishing, kDone };

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer incoming_;
  grpc::Status grpc_status_;
  Step step_ = Step::kStarting;
  absl::Status status_;
};

class Upstream {
 public:
  // `channels` by the full name of the gRPC service.
  explicit Upstream(std::map<std::string, std::shared_ptr<grpc::Channel>> channels)
      : channels_(std::move(channels)) {}

  // The response's bytes. Unimplemented when no channel is known for the service.
  [[nodiscard]] absl::StatusOr<std::string> Call(const std::string& service,
                                                 const std::string& rpc_path,
                                                 const std::string& request,
                                                 const std::string& client_address,
                                                 const rpc::Outgoing& outgoing) const;

  [[nodiscard]] absl::StatusOr<std::unique_ptr<UpstreamStream>> Open(
      const std::string& service, const std::string& rpc_path, const std::string& request,
      const rpc::Outgoing& outgoing) const;

 private:
  [[nodiscard]] absl::StatusOr<std::shared_ptr<grpc::Channel>> ChannelOf(
      const std::string& service) const;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

}  // namespace fairline::auth_gateway
