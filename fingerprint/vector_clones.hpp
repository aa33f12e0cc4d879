// Marks a small loop that is compiled for several instruction sets and chosen at load time (GCC's
// target_clones). Integers only: all give the same result.
#pragma once

// ifunc resolvers run before a sanitizer is ready, and clang 14 does not know all these targets:
// there the portable code alone is built.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define WHORL_VECTOR_CLONES __attribute__((target_clones("arch=skylake-avx512", "avx2", "default")))
#else
#define WHORL_VECTOR_CLONES
#endif
