#pragma once
// A picture under construction, as inline SVG.

#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "tools/evaluate/html/charts.hpp"

namespace fairline::evaluate {

class Svg {
 public:
  Svg(double width, double height, std::string_view label) {
    Add(R"(<svg viewBox="0 0 {:.0f} {:.0f}" style="max-width:{:.0f}px" role="img" )"
        R"(aria-label="{}">)",
        width, height, width, Escaped(label));
  }

  template <typename... Args>
  void Add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  void Line(std::string_view style, double x1, double y1, double x2, double y2) {
    Add(R"(<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>)", style, x1, y1, x2,
        y2);
  }
  void Text(std::string_view anchor, double x, double y, std::string_view text) {
    Add(R"(<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>)", anchor, x, y, Escaped(text));
  }
  std::string Take() { return text_ + "</svg>"; }

 private:
  std::string text_;
};

}  // namespace fairline::evaluate
