#pragma once
// Calls of any RPC by name, with messages as bytes: the gateway needs no generated code to pass a
// request on.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <google/protobuf/message_lite.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include "libs/core/turns.hpp"
#include "libs/rpc/client.hpp"

namespace fairline::auth_gateway {

// What all server streams share: a queue, and the one thread that waits on it.
class StreamPump {
 public:
  StreamPump();
  // Waits until every stream has ended: they are to be cancelled before.
  ~StreamPump();
  StreamPump(const StreamPump&) = delete;
  StreamPump& operator=(const StreamPump&) = delete;

 private:
  friend class UpstreamStream;
  void Run();

  grpc::CompletionQueue queue_;
  std::mutex mutex_;
  std::condition_variable ended_;
  int open_ = 0;
  std::thread thread_;
};

// An open server stream, read no faster than its reader asks. Thread-safe.
class UpstreamStream : public std::enable_shared_from_this<UpstreamStream> {
 public:
  // A message, or nothing at the end, from when on status() says how it ended.
  using Taker = std::function<void(std::optional<std::string>)>;

  [[nodiscard]] static std::shared_ptr<UpstreamStream> Open(StreamPump& pump,
                                                            std::shared_ptr<grpc::Channel> channel,
                                                            const std::string& rpc_path,
                                                            const std::string& request,
                                                            const rpc::Outgoing& outgoing);

  // Calls `taker` once with what comes next, on the pump's thread or, when the stream has ended,
  // on this one. Not to be called again before.
  void Next(Taker taker);
  // Ends it soon, with Cancelled; whoever waits is told.
  void Cancel();
  [[nodiscard]] absl::Status status() const;

 private:
  friend class StreamPump;
  // What is under way; nothing in kIdle and kDone.
  enum class Step { kStarting, kWriting, kIdle, kReading, kFinishing, kDone };

  UpstreamStream(StreamPump& pump, std::shared_ptr<grpc::Channel> channel,
                 const std::string& request);
  // On the pump's thread: what was under way has ended.
  void Advance(bool ok);
  void Finish();

  StreamPump& pump_;
  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer incoming_;
  grpc::Status grpc_status_;

  mutable std::mutex mutex_;
  Step step_ = Step::kStarting;
  Taker taker_;
  absl::Status status_;
  std::shared_ptr<UpstreamStream> self_;  // until it is done
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

  // A server stream; Unimplemented as for Call.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<UpstreamStream>> Open(
      const std::string& service, const std::string& rpc_path, const std::string& request,
      const rpc::Outgoing& outgoing) const;

 private:
  struct Peer {
    std::shared_ptr<grpc::Channel> channel;
    Turns turns{kMaxCallsPerService, kMaxCallsPerService / 4};
  };
  [[nodiscard]] absl::StatusOr<Peer*> PeerOf(const std::string& service) const;
  std::map<std::string, std::unique_ptr<Peer>> peers_;
  mutable StreamPump pump_;
};

}  // namespace fairline::auth_gateway
