#pragma once
// The serialised FileDescriptorSet of all protos, made at build time (cmake/embed.cmake).

#include <cstddef>

namespace fairline::auth_gateway {

extern const unsigned char kEmbeddedDescriptors[];
extern const std::size_t kEmbeddedDescriptorsSize;

}  // namespace fairline::auth_gateway
