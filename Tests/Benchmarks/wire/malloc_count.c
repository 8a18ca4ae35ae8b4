// Counts the allocations of a process it is preloaded into (LD_PRELOAD; glibc).
//
// The count is read inside the process by martlet_malloc_count(), looked up with dlsym, and from
// outside in the first eight bytes of the file named by MARTLET_MALLOC_COUNT_FILE, if set.
// A realloc counts as one allocation; a free counts nothing.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// glibc's own entry points: no look-up, so no allocation before the first allocation.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Atomic uint64_t local_count;
static _Atomic(_Atomic uint64_t *) shared_count;

static inline void count_one(void) {
  _Atomic uint64_t *counter = atomic_load_explicit(&shared_count, memory_order_relaxed);
  atomic_fetch_add_explicit(counter ? counter : &local_count, 1, memory_order_relaxed);
}

uint64_t martlet_malloc_count(void) {
  _Atomic uint64_t *counter = atomic_load_explicit(&shared_count, memory_order_relaxed);
  return atomic_load_explicit(counter ? counter : &local_count, memory_order_relaxed);
}

__attribute__((constructor)) static void share_the_count(void) {
  const char *path = getenv("MARTLET_MALLOC_COUNT_FILE");
  if (path == NULL) return;
  int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return;
  if (ftruncate(descriptor, sizeof(uint64_t)) == 0) {
    void *page =
        mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (page != MAP_FAILED) atomic_store(&shared_count, (_Atomic uint64_t *)page);
  }
  close(descriptor);
  unsetenv("MARTLET_MALLOC_COUNT_FILE");  // a child would count into the same file
}

void *malloc(size_t size) {
  count_one();
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  count_one();
  return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size) {
  count_one();
  return __libc_realloc(pointer, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count_one();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) {
    return EINVAL;
  }
  count_one();
  void *pointer = __libc_memalign(alignment, size);
  if (pointer == NULL) return ENOMEM;
  *result = pointer;
  return 0;
}
