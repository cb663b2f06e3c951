# cmake -D INPUT=descriptors.bin -D OUTPUT=descriptors.cpp -P embed.cmake: a file's bytes as C++.
file(READ ${INPUT} bytes HEX)
string(LENGTH "${bytes}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT}
"#include \"services/auth_gateway/rest/embedded_descriptors.hpp\"

namespace fairline::auth_gateway {

const unsigned char kEmbeddedDescriptors[] = {${bytes}};
const std::size_t kEmbeddedDescriptorsSize = ${size};

}  // namespace fairline::auth_gateway
")
