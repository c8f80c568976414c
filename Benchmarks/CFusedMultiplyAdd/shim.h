#pragma once
#include <stdbool.h>

// The most fused multiply-adds that a core does: twelve chains that do not wait for one another. In C: only here
// can a single function be compiled for another processor than the rest.

// One round is twelve multiply-adds of vectors; every chain begins elsewhere and converges to y / (1 - x).
#define MULTIPLY_ADDS(name, processor, width)                                                        \
  typedef double name##_vector __attribute__((vector_size(8 * width)));                              \
  __attribute__((target(processor), noinline)) static double name(long rounds) {                     \
    name##_vector a[12], x, y;                                                                       \
    for (int lane = 0; lane < width; lane++) {                                                       \
      x[lane] = 0.5;                                                                                 \
      y[lane] = lane;                                                                                \
    }                                                                                                \
    for (int i = 0; i < 12; i++) a[i] = y + i;                                                        \
    for (long round = 0; round < rounds; round++) {                                                  \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < 12; i++)                                \
          a[i] = __builtin_elementwise_fma(a[i], x, y);                                              \
    }                                                                                                \
    double sum = 0;                                                                                  \
    for (int i = 0; i < 12; i++)                                                                     \
      for (int lane = 0; lane < width; lane++) sum += a[i][lane];                                    \
    return sum;                                                                                      \
  }

#if defined(__x86_64__)
MULTIPLY_ADDS(fused_multiply_adds_256, "avx2,fma", 4)
MULTIPLY_ADDS(fused_multiply_adds_512, "avx512f", 8)

static inline bool has_512_bit_vectors(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f");
}
#else
// Elsewhere there is no such figure: 0 says so.
static inline double fused_multiply_adds_256(long rounds) { return 0; }
static inline double fused_multiply_adds_512(long rounds) { return 0; }
static inline bool has_512_bit_vectors(void) { return false; }
#endif
