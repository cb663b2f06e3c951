#pragma once
// The metadata key under which the gateway tells services the client's network address.

namespace fairline::rpc {

inline constexpr char kClientAddressMetadataKey[] = "x-fairline-client-address";

}  // namespace fairline::rpc
