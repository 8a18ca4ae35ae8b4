// Proves that the shim counts: run it with malloc_count.so preloaded (exit 0) and without (exit 2).

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { rounds = 1000, kinds = 5 };

int main(void) {
  uint64_t (*count)(void);
  *(void **)&count = dlsym(RTLD_DEFAULT, "martlet_malloc_count");
  if (count == NULL) {
    fprintf(stderr, "malloc_count is not loaded\n");
    return 2;
  }
  void *volatile kept;  // volatile, so that no pair of malloc and free is optimised away
  uint64_t before = count();
  for (int round = 0; round < rounds; round++) {
    kept = malloc(48);
    kept = realloc(kept, 4096);
    free(kept);
    kept = calloc(3, 16);
    free(kept);
    kept = aligned_alloc(64, 128);
    free(kept);
    void *aligned = NULL;
    if (posix_memalign(&aligned, 64, 128) != 0) return 1;
    kept = aligned;
    free(kept);
  }
  uint64_t counted = count() - before;
  if (counted != rounds * kinds) {
    fprintf(stderr, "counted %llu, expected %d\n", (unsigned long long)counted, rounds * kinds);
    return 1;
  }
  return 0;
}
