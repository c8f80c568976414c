#pragma once
#include <zlib.h>

// Swift cannot import these macros: they hide the version and the size of the structure.
static inline int zlib_inflate_init(z_streamp stream) { return inflateInit(stream); }
static inline int zlib_deflate_init(z_streamp stream, int level) { return deflateInit(stream, level); }

// The same without a header and a checksum: a negative number of window bits.
static inline int zlib_raw_inflate_init(z_streamp stream) { return inflateInit2(stream, -15); }
static inline int zlib_raw_deflate_init(z_streamp stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
}

// The same for gzip (RFC 1952): 16 added to the window's 15 bits. The header that is written has no time and no name.
static inline int zlib_gunzip_init(z_streamp stream) { return inflateInit2(stream, 15 + 16); }
static inline int zlib_gzip_init(z_streamp stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
