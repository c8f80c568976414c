#pragma once

// Operations on vectors that Swift has no words for.

#define IN_PLACE static inline __attribute__((always_inline))

// Asks for the cache lines of these bytes, without waiting for them. They may lie outside of any memory.
IN_PLACE void fetch_lines(const void *bytes, long count) {
  for (long line = 0; line < count; line += 64) __builtin_prefetch((const char *)bytes + line);
}

// Of two lanes, which Swift computes one by one.

typedef double doubles2 __attribute__((ext_vector_type(2)));
typedef long long longs2 __attribute__((ext_vector_type(2)));

IN_PLACE doubles2 doubles2_sum(doubles2 a, doubles2 b) { return a + b; }
IN_PLACE doubles2 doubles2_product(doubles2 a, doubles2 b) { return a * b; }
// 0 where z is below 0, else z.
IN_PLACE doubles2 doubles2_positive_part(doubles2 z) { return z < 0 ? (doubles2)(0) : z; }
// The value where a is above 0, else 0.
IN_PLACE doubles2 doubles2_keep_where_positive(doubles2 value, doubles2 a) {
  return (doubles2)((longs2)value & (longs2)(a > 0));
}

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__)

// The lanes of a vector that are meant, one bit each: the mask registers of AVX-512. Swift's masks are vectors of
// numbers, of which the compiler makes bits for a comparison but none that memory holds.

typedef double doubles8 __attribute__((ext_vector_type(8)));
typedef float floats16 __attribute__((ext_vector_type(16)));
typedef signed char bytes16 __attribute__((vector_size(16)));

// Those of `lanes` that are above 0 or NaN.
IN_PLACE unsigned char doubles8_positive(doubles8 a, unsigned char lanes) {
  return __builtin_ia32_cmppd512_mask(a, (doubles8)(0), 6, lanes, 4);
}
IN_PLACE unsigned short floats16_positive(floats16 a, unsigned short lanes) {
  return __builtin_ia32_cmpps512_mask(a, (floats16)(0), 6, lanes, 4);
}

// The first in these lanes, the second in the others.
IN_PLACE doubles8 doubles8_select(unsigned char lanes, doubles8 a, doubles8 b) {
  return __builtin_ia32_selectpd_512(lanes, a, b);
}
IN_PLACE floats16 floats16_select(unsigned short lanes, floats16 a, floats16 b) {
  return __builtin_ia32_selectps_512(lanes, a, b);
}

// The lanes whose bytes are 0xff.
IN_PLACE unsigned char lanes8_of_bytes(const void *bytes) {
  long long eight;
  __builtin_memcpy(&eight, bytes, 8);
  longs2 both = {eight, 0};
  return (unsigned char)__builtin_ia32_cvtb2mask128((bytes16)both);
}
IN_PLACE unsigned short lanes16_of_bytes(const void *bytes) {
  bytes16 all;
  __builtin_memcpy(&all, bytes, 16);
  return (unsigned short)__builtin_ia32_cvtb2mask128(all);
}

// Only these lanes are read or written; the others are 0.
IN_PLACE doubles8 doubles8_load(const double *source, unsigned char lanes) {
  return __builtin_ia32_loadupd512_mask(source, (doubles8)(0), lanes);
}
IN_PLACE floats16 floats16_load(const float *source, unsigned short lanes) {
  return __builtin_ia32_loadups512_mask(source, (floats16)(0), lanes);
}
IN_PLACE void doubles8_store(double *target, doubles8 a, unsigned char lanes) {
  __builtin_ia32_storeupd512_mask(target, a, lanes);
}
IN_PLACE void floats16_store(float *target, floats16 a, unsigned short lanes) {
  __builtin_ia32_storeups512_mask(target, a, lanes);
}

#endif

#undef IN_PLACE
