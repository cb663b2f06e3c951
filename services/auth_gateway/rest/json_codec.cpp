#include "services/auth_gateway/rest/json_codec.hpp"

#include <map>
#include <mutex>
#include <shared_mutex>

#include <google/protobuf/type.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include "services/auth_gateway/rest/strict_json.hpp"

namespace fairline::auth_gateway {
namespace {

constexpr char kTypeUrlPrefix[] = "type.googleapis.com";

std::string TypeUrl(const google::protobuf::Descriptor& message) {
  return std::string(kTypeUrlPrefix) + "/" + message.full_name();
}

// Remembers what the pool's resolver builds anew for each request.
class CachingResolver final : public google::protobuf::util::TypeResolver {
 public:
  explicit CachingResolver(const google::protobuf::DescriptorPool& pool)
      : resolver_(google::protobuf::util::NewTypeResolverForDescriptorPool(kTypeUrlPrefix, &pool)) {
  }

  google::protobuf::util::Status ResolveMessageType(const std::string& url,
                                                    google::protobuf::Type* type) override {
    return Resolve(types_, url, type, [&] { return resolver_->ResolveMessageType(url, type); });
  }
  google::protobuf::util::Status ResolveEnumType(const std::string& url,
                                                 google::protobuf::Enum* type) override {
    return Resolve(enums_, url, type, [&] { return resolver_->ResolveEnumType(url, type); });
  }

 private:
  template <typename Type, typename Build>
  google::protobuf::util::Status Resolve(std::map<std::string, Type>& known, const std::string& url,
                                         Type* type, const Build& build) {
    {
      const std::shared_lock lock(mutex_);
      if (const auto found = known.find(url); found != known.end()) {
        *type = found->second;
        return {};
      }
    }
    auto status = build();
    if (status.ok()) {
      const std::unique_lock lock(mutex_);
      known.emplace(url, *type);
    }
    return status;
  }

  std::unique_ptr<google::protobuf::util::TypeResolver> resolver_;
  std::shared_mutex mutex_;
  std::map<std::string, google::protobuf::Type> types_;
  std::map<std::string, google::protobuf::Enum> enums_;
};

}  // namespace

JsonCodec::JsonCodec(const google::protobuf::DescriptorPool& pool)
    : resolver_(std::make_unique<CachingResolver>(pool)) {}

JsonCodec::~JsonCodec() = default;

absl::StatusOr<std::string> JsonCodec::ToBinary(const google::protobuf::Descriptor& message,
                                                const std::string& json,
                                                const std::map<int, std::string>& refused) const {
  RETURN_IF_ERROR(CheckJson(json, message, refused));
  std::string binary;
  const auto status = google::protobuf::util::JsonToBinaryString(
      resolver_.get(), TypeUrl(message), json, &binary, google::protobuf::util::JsonParseOptions());
  if (!status.ok()) {
    return absl::InvalidArgumentError("the body does not fit: " + status.message().ToString());
  }
  return binary;
}

absl::StatusOr<std::string> JsonCodec::ToJson(const google::protobuf::Descriptor& message,
                                              const std::string& binary) const {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::BinaryToJsonString(resolver_.get(), TypeUrl(message),
                                                                 binary, &json, options);
  if (!status.ok()) {
    return absl::InternalError("cannot print " + message.full_name() + ": " +
                               status.message().ToString());
  }
  return json;
}

}  // namespace fairline::auth_gateway
