#pragma once
// An answer as it goes over the wire.

#include <string>

#include "services/auth_gateway/http/message.hpp"

namespace fairline::auth_gateway {

// How the request that is answered, and its connection, stand.
struct Delivery {
  bool head = false;    // of a HEAD request: the body stays out, its length does not
  bool http11 = true;   // else no chunks
  bool closes = false;  // the connection ends after this answer
};

// Status line and fields with the empty line behind them; with the length of the body or, for
// events, the framing. No field gets a line of its own by a line end in a value.
[[nodiscard]] std::string HeadText(const HttpResponse& response, const Delivery& delivery);
// Whether a body follows at all.
[[nodiscard]] bool HasBody(const HttpResponse& response, const Delivery& delivery);

// Packs the body with gzip when the request takes that and it is worth it: text of a kilobyte or
// more. A strong ETag becomes a weak one.
void Pack(const HttpRequest& request, HttpResponse& response);

// A bit of text as a chunk; the end of them is the chunk of no text.
[[nodiscard]] std::string Chunk(const std::string& text);

}  // namespace fairline::auth_gateway
