#pragma once
#include <zlib.h>

// Swift cannot import these two macros: they hide the version and the size of the structure. A negative number of
// window bits means a stream without zlib's header and checksum.
static inline int zlib_inflate_init(z_streamp stream, int window_bits) { return inflateInit2(stream, window_bits); }
static inline int zlib_deflate_init(z_streamp stream, int level, int window_bits) {
  return deflateInit2(stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}
