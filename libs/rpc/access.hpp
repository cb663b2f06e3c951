#pragma once
// The access rule that a method declares in its proto (fairline.api.v1.access).

#include <string>
#include <string_view>

#include "fairline/api/v1/options.pb.h"

#include "libs/rpc/identity.hpp"

namespace fairline::rpc {

// ACCESS_UNSPECIFIED when the method is unknown or declares nothing. `method` is its full name,
// "fairline.ingest.v1.IngestService.Ingest".
[[nodiscard]] api::v1::Access DeclaredAccess(const std::string& method);

// Services may call anything; PermissionDenied or Unauthenticated say why a user may not.
[[nodiscard]] absl::Status CheckAccess(api::v1::Access access, const Caller& caller);

}  // namespace fairline::rpc
