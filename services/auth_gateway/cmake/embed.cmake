# cmake -D INPUT=style.css -D OUTPUT=style.cpp -D HEADER=services/.../docs_page.hpp -D NAME=kDocsStyle
#   -P embed.cmake: a file's bytes as the C++ arrays NAME and NAMESize that HEADER declares.
file(READ ${INPUT} bytes HEX)
string(LENGTH "${bytes}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT}
"#include \"${HEADER}\"

namespace fairline::auth_gateway {

const unsigned char ${NAME}[] = {${bytes}};
const std::size_t ${NAME}Size = ${size};

}  // namespace fairline::auth_gateway
")
