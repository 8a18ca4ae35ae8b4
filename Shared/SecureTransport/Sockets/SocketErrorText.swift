import Glibc
import NIOCore
import NIOPosix
import Transport

/// NIO's errors in words for people.
enum SocketErrorText {
  static func text(of error: any Error) -> String {
    switch error {
    case let error as IOError: return SystemError.text(error.errnoCode)
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first { return text(of: first.error) }
      if let problem = error.dnsAError ?? error.dnsAAAAError { return text(of: problem) }
      return "no address to connect to"
    case let error as SocketAddressError:
      if case .unknown(let host, _) = error { return "unknown host \(host)" }
      return "\(error)"
    case ChannelError.eof: return "peer closed the connection"
    default: return "\(error)"
    }
  }

  /// Why a client's connection did not come about.
  static func closure(of error: any Error) -> ChannelClosure {
    if case .connectTimeout? = error as? ChannelError { return .timedOut(what: "connect") }
    return .failed(text(of: error))
  }
}
