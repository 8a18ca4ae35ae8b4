// OpenSSL 3.0 for Swift: the library's functions, and inline functions for what it defines as
// macros, which Swift cannot see.
#pragma once

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <string.h>

/// TLS 1.3 only, in both directions: no renegotiation, early data, tickets, resumption or
/// compression. AES-128-GCM first: it is the cheapest of the three on hardware with AES. Answers 1
/// when all of it was accepted.
static inline int martlet_ctx_restrict(SSL_CTX *ctx) {
  static const unsigned char session_context[] = "martlet";
  SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(ctx, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  return SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                                       "TLS_CHACHA20_POLY1305_SHA256") == 1 &&
         SSL_CTX_set1_groups_list(ctx, "X25519:P-256:P-384") == 1 &&
         SSL_CTX_set_num_tickets(ctx, 0) == 1 && SSL_CTX_set_max_early_data(ctx, 0) == 1 &&
         SSL_CTX_set_recv_max_early_data(ctx, 0) == 1 &&
         SSL_CTX_set_session_id_context(ctx, session_context, sizeof session_context - 1) == 1;
}

static inline long martlet_ctx_add_chain_certificate(SSL_CTX *ctx, X509 *certificate) {
  return SSL_CTX_add1_chain_cert(ctx, certificate);
}

static inline long martlet_set_server_name(SSL *ssl, const char *name) {
  return SSL_set_tlsext_host_name(ssl, name);
}

static inline void martlet_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void martlet_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline int martlet_is_bio_flush(int command) { return command == BIO_CTRL_FLUSH; }

static inline int martlet_error_reason(unsigned long error) { return ERR_GET_REASON(error); }
static inline int martlet_error_is_tls(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_SSL;
}

/// Lets the handshake go on only if the client offered some application protocol (RFC 7301): the
/// library asks its own callback only when there is an offer.
static inline int martlet_require_alpn_offer(SSL *ssl, int *alert, void *context) {
  const unsigned char *offer;
  size_t length;
  (void)context;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &offer,
                                &length) == 1)
    return SSL_CLIENT_HELLO_SUCCESS;
  *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
  return SSL_CLIENT_HELLO_ERROR;
}
static inline void martlet_ctx_require_alpn_offer(SSL_CTX *ctx) {
  SSL_CTX_set_client_hello_cb(ctx, martlet_require_alpn_offer, NULL);
}

/// Counts the peer's key updates into `*counter`. Written in C: it is called for each record.
static inline void martlet_count_key_updates(int is_write, int version, int content_type,
                                             const void *message, size_t length, SSL *ssl,
                                             void *counter) {
  (void)version;
  (void)ssl;
  if (!is_write && content_type == SSL3_RT_HANDSHAKE && length > 0 &&
      ((const unsigned char *)message)[0] == SSL3_MT_KEY_UPDATE)
    ++*(uint32_t *)counter;
}
static inline void martlet_watch_key_updates(SSL *ssl, uint32_t *counter) {
  SSL_set_msg_callback(ssl, martlet_count_key_updates);
  SSL_set_msg_callback_arg(ssl, counter);
}

/// Calls `visit` with the type (GEN_URI, GEN_DNS, GEN_IPADD) and bytes of each subject
/// alternative name of these types; the bytes are good during the call only.
static inline void martlet_each_alternative_name(
    const X509 *certificate, void *context,
    void (*visit)(void *context, int type, const unsigned char *bytes, int length)) {
  GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
  if (names == NULL) return;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    int type = 0;
    ASN1_STRING *value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &type);
    if (type == GEN_URI || type == GEN_DNS || type == GEN_IPADD)
      visit(context, type, ASN1_STRING_get0_data(value), ASN1_STRING_length(value));
  }
  GENERAL_NAMES_free(names);
}

static inline EVP_PKEY *martlet_new_p256_key(void) { return EVP_EC_gen("P-256"); }

static inline long martlet_memory_bio_bytes(BIO *bio, char **bytes) {
  return BIO_get_mem_data(bio, bytes);
}

/// Writes a subject as one line, `CN = gateway-1`, with control characters escaped.
static inline int martlet_print_subject(BIO *bio, const X509 *certificate) {
  return X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0,
                            XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
}

/// 1 when a PEM reader stopped because nothing more was there.
static inline int martlet_error_is_pem_end(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static inline int martlet_utf8_string_type(void) { return MBSTRING_UTF8; }

/// Adds an extension in the words of OpenSSL's configuration language; answers 1 on success.
static inline int martlet_add_extension(X509 *certificate, X509 *issuer, int kind,
                                        const char *value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
  if (extension == NULL) return 0;
  int added = X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  return added;
}
