// Linux's calls for other processes that Swift's view of glibc leaves out, as the kernel has them.
#pragma once

#include <spawn.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// Since Linux 5.3; the number is the same on every architecture.
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

// A descriptor, closed on exec, that is readable once the process has ended; -1 with errno.
static inline int martlet_pidfd_open(pid_t process) {
  return (int)syscall(SYS_pidfd_open, process, 0);
}

// Sets a limit of another process of the same user; -1 with errno.
static inline int martlet_prlimit(pid_t process, int resource, uint64_t soft, uint64_t hard) {
  const uint64_t limit[2] = {soft, hard};
  return (int)syscall(SYS_prlimit64, process, resource, limit, (void *)0);
}

// glibc 2.34 and later; its header shows it to GNU C only.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

// The child closes all descriptors from this one on.
static inline int martlet_close_from(posix_spawn_file_actions_t *actions, int from) {
  return posix_spawn_file_actions_addclosefrom_np(actions, from);
}
