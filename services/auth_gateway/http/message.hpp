#pragma once
// A request as the front hands it on, whole and checked, and the answer to it. No type of an HTTP
// library is seen outside of http/.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairline::auth_gateway {

struct HttpField {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method;  // as sent: methods are case-sensitive
  // Path and query, percent-encoded, beginning with a slash, whichever form the client used; "*"
  // for OPTIONS of the whole server.
  std::string target;
  std::vector<HttpField> fields;  // in the order sent, without blanks around the values
  std::string body;               // whatever its framing was
  std::string client_address;     // an IP address, by HttpServerOptions::trusted_proxies

  // The value of the first field of this name, whatever its case; "" when there is none.
  [[nodiscard]] std::string Field(std::string_view name) const;
};

// Text that comes bit by bit, as Server-Sent Events.
class EventSource {
 public:
  // The next bit, or nothing at the end.
  using Taker = std::function<void(std::optional<std::string>)>;

  virtual ~EventSource() = default;
  // Calls `taker` once, from any thread and perhaps before it returns. Not to be called again
  // before.
  virtual void Next(Taker taker) = 0;
  // The client is gone, or the server stops: the source ends soon.
  virtual void Cancel() = 0;
};

struct HttpResponse {
  int status = 0;
  std::vector<HttpField> fields;
  std::string content_type;
  std::string body;
  std::shared_ptr<EventSource> events;  // in place of a body

  [[nodiscard]] bool Has(std::string_view name) const;
  // Replaces what is there of this name.
  void Set(std::string_view name, std::string value);
  void SetBody(std::string text, std::string type);
};

}  // namespace fairline::auth_gateway
