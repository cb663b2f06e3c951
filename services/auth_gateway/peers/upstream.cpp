#include "services/auth_gateway/peers/upstream.hpp"

#include <vector>

#include "libs/core/call_scope.hpp"
#include "libs/rpc/client_address.hpp"
#include "libs/rpc/status_code.hpp"
#include "libs/telemetry/log.hpp"

namespace fairline::auth_gateway {
namespace {

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

absl::StatusOr<std::string> FromBuffer(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) {
    return absl::InternalError("a response has no bytes");
  }
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// A peer that cannot be reached is told in words; the addresses inside are for the log.
absl::Status InWords(const grpc::Status& status, std::string_view peer) {
  if (!rpc::IsTransportFailure(status)) return rpc::FromGrpc(status);
  telemetry::Warn("a peer cannot be reached",
                  {{"peer", std::string(peer)}, {"error", status.error_message()}});
  return absl::UnavailableError(
      "the service that answers this cannot be reached just now; try again shortly");
}

}  // namespace

Upstream::Upstream(const std::map<std::string, std::shared_ptr<grpc::Channel>>& channels) {
  for (const auto& [service, channel] : channels) {
    auto peer = std::make_unique<Peer>();
    peer->channel = channel;
    peers_.emplace(service, std::move(peer));
  }
}

absl::StatusOr<Upstream::Peer*> Upstream::PeerOf(const std::string& service) const {
  const auto found = peers_.find(service);
  if (found == peers_.end()) return absl::UnimplementedError(service + " is not connected");
  return found->second.get();
}

absl::StatusOr<std::string> Upstream::Call(const std::string& service, const std::string& rpc_path,
                                           const std::string& request,
                                           const std::string& client_address,
                                           const rpc::Outgoing& outgoing) const {
  ASSIGN_OR_RETURN(Peer* const peer, PeerOf(service));
  const CallScope* const scope = CallScope::Current();
  const auto turn = peer->turns.Take(scope == nullptr ? "" : scope->caller(), outgoing.deadline);
  if (!turn) return absl::ResourceExhaustedError("too many requests at once; try again shortly");
  grpc::ClientContext context;
  rpc::PrepareContext(context, outgoing);
  context.AddMetadata(rpc::kClientAddressMetadataKey, client_address);
  // A queue of the call's own: this thread does the waiting, none other is woken for it.
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(peer->channel);
  const auto call = stub.PrepareUnaryCall(&context, rpc_path, ToBuffer(request), &queue);
  grpc::ByteBuffer response;
  grpc::Status status;
  call->StartCall();
  call->Finish(&response, &status, &status);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  RETURN_IF_ERROR(InWords(status, service));
  return FromBuffer(response);
}

absl::StatusOr<std::unique_ptr<UpstreamStream>> Upstream::Open(
    const std::string& service, const std::string& rpc_path, const std::string& request,
    const rpc::Outgoing& outgoing) const {
  ASSIGN_OR_RETURN(Peer* const peer, PeerOf(service));
  return std::make_unique<UpstreamStream>(peer->channel, rpc_path, request, outgoing);
}

UpstreamStream::UpstreamStream(std::shared_ptr<grpc::Channel> channel, const std::string& rpc_path,
                               const std::string& request, const rpc::Outgoing& outgoing)
    : stub_(std::move(channel)), request_(ToBuffer(request)) {
  rpc::PrepareContext(context_, outgoing);
  call_ = stub_.PrepareCall(&context_, rpc_path, &queue_);
  call_->StartCall(this);
}

UpstreamStream::~UpstreamStream() {
  context_.TryCancel();
  std::string ignored;
  while (step_ != Step::kDone) (void)Next(std::chrono::seconds(1), ignored);
  queue_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
  }
}

// One operation is open at any time; what comes next depends on which one ended and how.
UpstreamStream::Event UpstreamStream::Next(std::chrono::milliseconds patience,
                                           std::string& message) {
  const auto until = std::chrono::system_clock::now() + patience;
  while (step_ != Step::kDone) {
    void* tag = nullptr;
    bool ok = false;
    if (queue_.AsyncNext(&tag, &ok, until) != grpc::CompletionQueue::GOT_EVENT) {
      return Event::kQuiet;
    }
    if (step_ == Step::kFinishing) {
      step_ = Step::kDone;
      status_ = InWords(grpc_status_, "a stream");
    } else if (!ok) {
      step_ = Step::kFinishing;
      call_->Finish(&grpc_status_, this);
    } else if (step_ == Step::kStarting) {
      step_ = Step::kWriting;
      call_->WriteLast(request_, grpc::WriteOptions(), this);
    } else {
      const bool received = step_ == Step::kReading;
      if (received) {
        auto bytes = FromBuffer(incoming_);
        message = bytes.ok() ? *std::move(bytes) : std::string();
      }
      step_ = Step::kReading;
      call_->Read(&incoming_, this);
      if (received) return Event::kMessage;
    }
  }
  return Event::kEnd;
}

}  // namespace fairline::auth_gateway
