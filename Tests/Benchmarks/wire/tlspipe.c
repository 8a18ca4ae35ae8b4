// The most a bulk stream can reach: OpenSSL and TLS 1.3 over loopback TCP, one process writes
// 64 KiB at a time, the other reads. Prints {"megabytes_per_second":…} as the reader counted it.
//   tlspipe CERTIFICATES SECONDS     (server.pem and server.key in CERTIFICATES)

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { chunk_bytes = 64 * 1024 };

static double now_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *what) {
  fprintf(stderr, "tlspipe: %s\n", what);
  ERR_print_errors_fp(stderr);
  exit(1);
}

static SSL_CTX *make_context(const SSL_METHOD *method) {
  SSL_CTX *context = SSL_CTX_new(method);
  if (context == NULL) fail("no context");
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  return context;
}

static void write_until_closed(int descriptor, const char *folder) {
  char path[4096];
  SSL_CTX *context = make_context(TLS_server_method());
  snprintf(path, sizeof path, "%s/server.pem", folder);
  if (SSL_CTX_use_certificate_chain_file(context, path) != 1) fail(path);
  snprintf(path, sizeof path, "%s/server.key", folder);
  if (SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) != 1) fail(path);
  SSL *ssl = SSL_new(context);
  SSL_set_fd(ssl, descriptor);
  if (SSL_accept(ssl) != 1) fail("no handshake");
  static char bytes[chunk_bytes];
  while (SSL_write(ssl, bytes, sizeof bytes) > 0) {
  }
}

static double read_for(int descriptor, double seconds) {
  SSL *ssl = SSL_new(make_context(TLS_client_method()));
  SSL_set_fd(ssl, descriptor);
  if (SSL_connect(ssl) != 1) fail("no handshake");
  static char bytes[chunk_bytes];
  double from = now_seconds() + seconds / 10, until = from + seconds;  // a tenth to warm up
  uint64_t received = 0;
  for (;;) {
    int count = SSL_read(ssl, bytes, sizeof bytes);
    if (count <= 0) fail("the stream ended early");
    double now = now_seconds();
    if (now >= until) return (double)received / (now - from) / 1e6;
    if (now >= from) received += (uint64_t)count;
  }
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: tlspipe CERTIFICATES SECONDS\n");
    return 2;
  }
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 1) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
    fail("cannot listen");
  }
  signal(SIGPIPE, SIG_IGN);
  pid_t child = fork();
  if (child < 0) fail("cannot fork");
  if (child == 0) {
    int accepted = accept(listener, NULL, NULL);
    if (accepted < 0) fail("cannot accept");
    write_until_closed(accepted, arguments[1]);
    _exit(0);
  }
  int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(descriptor, (struct sockaddr *)&address, length) != 0) fail("cannot connect");
  double rate = read_for(descriptor, atof(arguments[2]));
  close(descriptor);
  waitpid(child, NULL, 0);
  printf("{\"megabytes_per_second\":%.1f}\n", rate);
  return 0;
}
