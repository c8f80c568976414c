#pragma once
#include <stdbool.h>

// Swift has no way to ask the processor: the answer chooses between the two builds of the kernels.
static inline bool processor_has_avx2_and_fma(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#elif defined(__aarch64__)
  return true;
#else
  return false;
#endif
}
