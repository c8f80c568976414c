#pragma once

// The most fused multiply-adds that a core does: twelve chains that do not wait for one another, vectors of four
// doubles. In C, because only here can a single function be compiled for another processor than the rest.
#if defined(__x86_64__)
typedef double fma_vector __attribute__((vector_size(32)));

__attribute__((target("avx2,fma"), noinline)) static double fused_multiply_adds(long rounds) {
  fma_vector a[12], x = {0.5, 0.25, 0.125, 0.75}, y = {1, 2, 3, 4};
  for (int i = 0; i < 12; i++) a[i] = y + i;
#define FMA(i) a[i] = __builtin_elementwise_fma(a[i], x, y);
  for (long round = 0; round < rounds; round++) {
    FMA(0) FMA(1) FMA(2) FMA(3) FMA(4) FMA(5) FMA(6) FMA(7) FMA(8) FMA(9) FMA(10) FMA(11)
  }
#undef FMA
  fma_vector sum = a[0];
  for (int i = 1; i < 12; i++) sum += a[i];
  return sum[0] + sum[1] + sum[2] + sum[3];
}
#else
// Elsewhere there is no such figure: 0 says so.
static double fused_multiply_adds(long rounds) { return 0; }
#endif

/// The multiply-adds of one round.
static const long fused_multiply_adds_per_round = 48;
