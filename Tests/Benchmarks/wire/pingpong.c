// The least a round trip between two processes can cost: 64 bytes there and back over a socket
// pair. Prints {"p50_us":…,"p99_us":…}.  pingpong [ROUNDS]

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { message_bytes = 64 };

static uint64_t now_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int transfer(int descriptor, char *bytes, int writes) {
  size_t done = 0;
  while (done < message_bytes) {
    ssize_t count = writes ? write(descriptor, bytes + done, message_bytes - done)
                           : read(descriptor, bytes + done, message_bytes - done);
    if (count <= 0) return 0;
    done += (size_t)count;
  }
  return 1;
}

static int ascending(const void *left, const void *right) {
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

int main(int count, char **arguments) {
  long rounds = count > 1 ? atol(arguments[1]) : 20000;
  int pair[2];
  char bytes[message_bytes] = {0};
  if (rounds < 100 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return 1;
  pid_t child = fork();
  if (child < 0) return 1;
  if (child == 0) {
    close(pair[0]);
    while (transfer(pair[1], bytes, 0) && transfer(pair[1], bytes, 1)) {
    }
    _exit(0);
  }
  close(pair[1]);
  uint64_t *taken = malloc((size_t)rounds * sizeof *taken);
  if (taken == NULL) return 1;
  for (long round = -rounds / 10; round < rounds; round++) {  // the first tenth warms up
    uint64_t from = now_nanoseconds();
    if (!transfer(pair[0], bytes, 1) || !transfer(pair[0], bytes, 0)) return 1;
    if (round >= 0) taken[round] = now_nanoseconds() - from;
  }
  close(pair[0]);
  waitpid(child, NULL, 0);
  qsort(taken, (size_t)rounds, sizeof *taken, ascending);
  printf("{\"p50_us\":%.2f,\"p99_us\":%.2f}\n", (double)taken[rounds / 2] / 1000,
         (double)taken[rounds * 99 / 100] / 1000);
  free(taken);
  return 0;
}
