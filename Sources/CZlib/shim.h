#pragma once
#include <zlib.h>

// Swift cannot import these two macros: they hide the version and the size of the structure.
static inline int zlib_inflate_init(z_streamp stream) { return inflateInit(stream); }
static inline int zlib_deflate_init(z_streamp stream, int level) { return deflateInit(stream, level); }
