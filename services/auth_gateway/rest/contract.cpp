#include "services/auth_gateway/rest/contract.hpp"

#include <google/protobuf/descriptor.pb.h>

#include "services/auth_gateway/rest/embedded_descriptors.hpp"

namespace fairline::auth_gateway {

absl::StatusOr<std::unique_ptr<Contract>> Contract::Load() {
  google::protobuf::FileDescriptorSet files;
  if (!files.ParseFromArray(kEmbeddedDescriptors, static_cast<int>(kEmbeddedDescriptorsSize))) {
    return absl::InternalError("the built-in descriptors cannot be read");
  }
  std::unique_ptr<Contract> contract(new Contract);
  for (const google::protobuf::FileDescriptorProto& file : files.file()) {
    const google::protobuf::FileDescriptor* built = contract->pool_.BuildFile(file);
    if (built == nullptr) {
      return absl::InternalError("the built-in descriptor of " + file.name() + " is not valid");
    }
    if (file.package().rfind("fairline.", 0) != 0) continue;
    for (int i = 0; i < built->service_count(); ++i) {
      contract->services_.push_back(built->service(i));
    }
  }
  return contract;
}

}  // namespace fairline::auth_gateway
