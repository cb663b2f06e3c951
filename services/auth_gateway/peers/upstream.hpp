#pragma once
// Calls of any RPC by name, with messages as bytes: the gateway needs no generated code to pass a
// request on.

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include <google/protobuf/message_lite.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include "libs/core/turns.hpp"
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
  // Calls to one service at once; more wait for their turn. A service refuses what exceeds its
  // threads (FAIRLINE_MAX_THREADS, 64), and has other callers too. The caller of the CallScope has
  // a quarter of them.
  static constexpr int kMaxCallsPerService = 32;

  // `channels` by the full name of the gRPC service.
  explicit Upstream(const std::map<std::string, std::shared_ptr<grpc::Channel>>& channels);

  // The response's bytes. Unimplemented when no channel is known for the service;
  // ResourceExhausted when no turn came before the deadline. Thread-safe.
  [[nodiscard]] absl::StatusOr<std::string> Call(const std::string& service,
                                                 const std::string& rpc_path,
                                                 const std::string& request,
                                                 const std::string& client_address,
                                                 const rpc::Outgoing& outgoing) const;

  // The same for messages of generated code.
  template <typename Response>
  [[nodiscard]] absl::StatusOr<Response> Call(const std::string& service, const char* method,
                                              const google::protobuf::MessageLite& request,
                                              const std::string& client_address,
                                              const rpc::Outgoing& outgoing) const {
    const std::string rpc_path = "/" + service + "/" + method;
    ASSIGN_OR_RETURN(const std::string bytes, Call(service, rpc_path, request.SerializeAsString(),
                                                   client_address, outgoing));
    Response response;
    if (!response.ParseFromString(bytes)) {
      return absl::InternalError("cannot read the answer of " + rpc_path);
    }
    return response;
  }

  [[nodiscard]] absl::StatusOr<std::unique_ptr<UpstreamStream>> Open(
      const std::string& service, const std::string& rpc_path, const std::string& request,
      const rpc::Outgoing& outgoing) const;

 private:
  struct Peer {
    std::shared_ptr<grpc::Channel> channel;
    Turns turns{kMaxCallsPerService, kMaxCallsPerService / 4};
  };
  [[nodiscard]] absl::StatusOr<Peer*> PeerOf(const std::string& service) const;
  std::map<std::string, std::unique_ptr<Peer>> peers_;
};

}  // namespace fairline::auth_gateway
