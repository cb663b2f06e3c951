#include "services/auth_gateway/peers/upstream.hpp"

#include <utility>
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

absl::StatusOr<std::shared_ptr<UpstreamStream>> Upstream::Open(
    const std::string& service, const std::string& rpc_path, const std::string& request,
    const rpc::Outgoing& outgoing) const {
  ASSIGN_OR_RETURN(Peer* const peer, PeerOf(service));
  return UpstreamStream::Open(pump_, peer->channel, rpc_path, request, outgoing);
}

StreamPump::StreamPump() : thread_([this] { Run(); }) {}

StreamPump::~StreamPump() {
  {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return open_ == 0; });
  }
  queue_.Shutdown();
  thread_.join();
}

void StreamPump::Run() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) static_cast<UpstreamStream*>(tag)->Advance(ok);
}

UpstreamStream::UpstreamStream(StreamPump& pump, std::shared_ptr<grpc::Channel> channel,
                               const std::string& request)
    : pump_(pump), stub_(std::move(channel)), request_(ToBuffer(request)) {}

std::shared_ptr<UpstreamStream> UpstreamStream::Open(StreamPump& pump,
                                                     std::shared_ptr<grpc::Channel> channel,
                                                     const std::string& rpc_path,
                                                     const std::string& request,
                                                     const rpc::Outgoing& outgoing) {
  {
    const std::lock_guard lock(pump.mutex_);
    ++pump.open_;
  }
  std::shared_ptr<UpstreamStream> stream(new UpstreamStream(pump, std::move(channel), request));
  stream->self_ = stream;
  rpc::PrepareContext(stream->context_, outgoing);
  const std::lock_guard lock(stream->mutex_);
  stream->call_ = stream->stub_.PrepareCall(&stream->context_, rpc_path, &pump.queue_);
  stream->call_->StartCall(stream.get());
  return stream;
}

void UpstreamStream::Next(Taker taker) {
  {
    const std::lock_guard lock(mutex_);
    if (step_ != Step::kDone) {
      taker_ = std::move(taker);
      if (step_ != Step::kIdle) return;
      step_ = Step::kReading;
      call_->Read(&incoming_, this);
      return;
    }
  }
  taker(std::nullopt);
}

void UpstreamStream::Cancel() {
  const std::lock_guard lock(mutex_);
  context_.TryCancel();
  if (step_ == Step::kIdle) Finish();
}

absl::Status UpstreamStream::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void UpstreamStream::Finish() {
  step_ = Step::kFinishing;
  call_->Finish(&grpc_status_, this);
}

void UpstreamStream::Advance(bool ok) {
  Taker taker;
  std::optional<std::string> message;
  std::shared_ptr<UpstreamStream> last;
  {
    const std::lock_guard lock(mutex_);
    if (step_ == Step::kFinishing) {
      step_ = Step::kDone;
      status_ = InWords(grpc_status_, "a stream");
      taker = std::exchange(taker_, nullptr);
      last = std::move(self_);
    } else if (!ok) {
      Finish();
    } else if (step_ == Step::kStarting) {
      step_ = Step::kWriting;
      call_->WriteLast(request_, grpc::WriteOptions(), this);
    } else {
      if (step_ == Step::kReading) {
        auto bytes = FromBuffer(incoming_);
        message = bytes.ok() ? *std::move(bytes) : std::string();
        taker = std::exchange(taker_, nullptr);
      }
      step_ = Step::kIdle;
      if (taker_) {
        step_ = Step::kReading;
        call_->Read(&incoming_, this);
      }
    }
  }
  if (taker) taker(std::move(message));
  if (!last) return;
  StreamPump& pump = pump_;
  last.reset();  // and with it, perhaps, this
  const std::lock_guard lock(pump.mutex_);
  --pump.open_;
  pump.ended_.notify_all();
}

}  // namespace fairline::auth_gateway
