import COpenSSL

/// OpenSSL's errors in words for people. They name no key, password or content.
enum TLSErrorText {
  /// The last error of this thread's queue, which is emptied.
  static func takeLast() -> String {
    let error = ERR_peek_last_error()
    ERR_clear_error()
    return error == 0 ? "unknown error" : text(of: error)
  }

  /// Why a chain of certificates was not accepted.
  static func text(ofVerification result: Int) -> String {
    switch CInt(truncatingIfNeeded: result) {
    case X509_V_ERR_CERT_HAS_EXPIRED: "certificate expired"
    case X509_V_ERR_CERT_NOT_YET_VALID: "certificate is not valid yet"
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE:
      "unknown authority"
    case X509_V_ERR_HOSTNAME_MISMATCH: "certificate is for another host name"
    case X509_V_ERR_IP_ADDRESS_MISMATCH: "certificate is for another address"
    case X509_V_ERR_INVALID_PURPOSE: "certificate is not meant for this side of a connection"
    default: "certificate not accepted: \(String(cString: X509_verify_cert_error_string(result)))"
    }
  }

  /// The words for one entry of the error queue.
  static func text(of error: UInt) -> String {
    guard martlet_error_is_tls(error) == 1 else { return reason(of: error) }
    let number = martlet_error_reason(error)
    switch number {
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return "peer showed no certificate"
    // The only callback of ours that can fail a hello is the one that demands an offer.
    case SSL_R_NO_APPLICATION_PROTOCOL, SSL_R_CALLBACK_FAILED:
      return ForeignProtocol.offered
    case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_NO_PROTOCOLS_AVAILABLE:
      return "peer does not speak TLS 1.3"
    case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST, SSL_R_WRONG_VERSION_NUMBER,
      SSL_R_BAD_RECORD_TYPE, SSL_R_UNEXPECTED_MESSAGE:
      return "peer does not speak TLS"
    case CInt(SSL_AD_REASON_OFFSET)...(CInt(SSL_AD_REASON_OFFSET) + 255):
      return alertText(number - CInt(SSL_AD_REASON_OFFSET)) ?? reason(of: error)
    default: return reason(of: error)
    }
  }

  /// What the peer told us with a fatal alert (RFC 8446, 6.2).
  private static func alertText(_ alert: CInt) -> String? {
    switch alert {
    case 40: "peer found no common way to speak, or refuses our certificate"
    case 42, 46: "peer refuses our certificate"
    case 43: "peer cannot use our kind of certificate"
    case 44: "peer says that our certificate was revoked"
    case 45: "peer says that our certificate expired"
    case 48: "peer does not know our certificate's authority"
    case 49: "peer denies access"
    case 70: "peer does not speak TLS 1.3"
    case 80: "peer had an internal error"
    case 116: "peer requires a certificate of us"
    case 120: "\(ForeignProtocol.refused) our application protocols"
    default: nil
    }
  }

  private static func reason(of error: UInt) -> String {
    guard let text = ERR_reason_error_string(error) else { return "TLS error \(error)" }
    return "TLS: \(String(cString: text))"
  }
}
