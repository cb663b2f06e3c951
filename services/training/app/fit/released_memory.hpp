#pragma once

#include <malloc.h>

namespace fairline::training {

// At the end of its scope gives freed memory back to the system. glibc keeps what a fit has freed
// in the arenas of threads that are gone; an idle service would go on holding a gigabyte.
struct ReleasedMemory {
  ReleasedMemory() = default;
  ~ReleasedMemory() { malloc_trim(0); }
  ReleasedMemory(const ReleasedMemory&) = delete;
  ReleasedMemory& operator=(const ReleasedMemory&) = delete;
};

}  // namespace fairline::training
