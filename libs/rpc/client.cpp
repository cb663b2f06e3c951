#include "libs/rpc/client.hpp"

#include "grpc/health/v1/health.grpc.pb.h"
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

namespace fairline::rpc {

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetLoadBalancingPolicyName("round_robin");
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30000);
  arguments.SetMaxReceiveMessageSize(64 << 20);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

Outgoing AsService(const std::string& service, const IdentityKey& key,
                   std::chrono::system_clock::time_point deadline) {
  const telemetry::TraceContext* current = telemetry::TraceScope::Current();
  return {
      deadline, current != nullptr ? current->Child() : telemetry::TraceContext::Start(),
      key.Sign(Caller{CallerKind::kService, 0, service, 0, ""}, std::chrono::system_clock::now())};
}

void PrepareContext(grpc::ClientContext& context, const Outgoing& outgoing) {
  context.set_deadline(outgoing.deadline);
  context.AddMetadata("traceparent", outgoing.trace.Traceparent());
  if (!outgoing.identity_token.empty()) {
    context.AddMetadata(kIdentityMetadataKey, outgoing.identity_token);
  }
}

absl::Status CheckHealth(const std::string& address, std::chrono::milliseconds timeout) {
  return CheckHealth(Connect(address), timeout);
}

absl::Status CheckHealth(const std::shared_ptr<grpc::Channel>& channel,
                         std::chrono::milliseconds timeout) {
  return CheckHealthOfAll({channel}, timeout).front();
}

std::vector<absl::Status> CheckHealthOfAll(
    const std::vector<std::shared_ptr<grpc::Channel>>& channels,
    std::chrono::milliseconds timeout) {
  struct Question {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckResponse response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<grpc::health::v1::HealthCheckResponse>> reader;
  };
  const auto deadline = std::chrono::system_clock::now() + timeout;
  std::vector<Question> questions(channels.size());
  grpc::CompletionQueue queue;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    Question& question = questions[i];
    question.context.set_deadline(deadline);
    question.context.set_wait_for_ready(true);
    question.reader =
        grpc::health::v1::Health::NewStub(channels[i])->AsyncCheck(&question.context, {}, &queue);
    question.reader->Finish(&question.response, &question.status, &question);
  }
  void* tag = nullptr;
  bool ok = false;
  for (std::size_t i = 0; i < channels.size(); ++i) queue.Next(&tag, &ok);

  std::vector<absl::Status> answers;
  for (const Question& question : questions) {
    absl::Status answer;
    if (!question.status.ok()) answer = absl::UnavailableError("no answer");
    if (answer.ok() &&
        question.response.status() != grpc::health::v1::HealthCheckResponse::SERVING) {
      answer = absl::UnavailableError(kNotServing);
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace fairline::rpc
