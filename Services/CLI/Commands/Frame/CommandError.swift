import ArgumentParser
import DurableFiles
import RPC
import SecureTransport

/// Why a command failed, for the person who typed it. The frame prints it and ends the process.
public struct CommandError: Error, Sendable, Equatable, CustomStringConvertible {
  /// For scripts: a name of gRPC's (`NOT_FOUND`) or one of the command line's own.
  public var code: String
  /// What was wrong and where, without a full stop.
  public var message: String
  /// What to do about it; may hold a command.
  public var remedy: String?
  public var exit: CommandExit

  public init(
    _ message: String,
    remedy: String? = nil,
    exit: CommandExit = .failed,
    code: String? = nil
  ) {
    self.code = code ?? CommandError.codeName(of: exit)
    self.message = message
    self.remedy = remedy
    self.exit = exit
  }

  public var description: String { remedy.map { "\(message): \($0)" } ?? message }

  private static func codeName(of exit: CommandExit) -> String {
    switch exit {
    case .ok: "OK"
    case .failed: "FAILED"
    case .usage, .badInput: "INVALID_ARGUMENT"
    case .notFound: "NOT_FOUND"
    case .unavailable: "UNAVAILABLE"
    case .cannotCreate: "CANNOT_CREATE"
    case .tryAgain: "TRY_AGAIN"
    case .notAllowed: "PERMISSION_DENIED"
    case .interrupted: "CANCELLED"
    }
  }
}

extension CommandError {
  /// A failed call in the words of the command line.
  public init(_ error: RPCError) {
    self.init(error.message, exit: CommandExit(error.code), code: error.code.name)
    switch error.code {
    case .unavailable where ForeignProtocol.isReason(error.message):
      remedy =
        "this is not a port of martlet/1, perhaps the gateway's HTTPS port: give --gateway (or "
        + "MARTLET_GATEWAY) its native port, 7443 unless listen.addresses says another"
    case .unavailable:
      remedy = "see `martlet status`; a service that was restarted is back within seconds"
    case .unauthenticated:
      remedy = "give a key that `martlet keys create` showed, in MARTLET_KEY"
    case .permissionDenied:
      remedy = "use a key with this right; `martlet keys list` shows what each may do"
    case .resourceExhausted, .aborted, .deadlineExceeded: remedy = "try it again"
    case .ok, .cancelled, .unknown, .invalidArgument, .notFound, .alreadyExists,
      .failedPrecondition, .outOfRange, .unimplemented, .internal, .dataLoss:
      break
    }
  }

  /// Any error that a command may throw; nil for requests that the parser prints itself.
  init?(whatever error: any Error) {
    switch error {
    case let error as CommandError: self = error
    case let error as RPCError: self.init(error)
    case let error as FileError: self.init(error)
    case let error as TLSConfigurationError:
      self.init("the certificate cannot be used: \(error)")
    case is CancellationError: self.init("ended before it was done", exit: .interrupted)
    case is ExitCode, is ValidationError, is CleanExit: return nil
    default:
      self.init("\(error)")
    }
  }
}

extension CommandExit {
  init(_ code: StatusCode) {
    self =
      switch code {
      case .ok: .ok
      case .invalidArgument, .outOfRange: .badInput
      case .notFound: .notFound
      case .unavailable: .unavailable
      case .permissionDenied, .unauthenticated: .notAllowed
      case .deadlineExceeded, .resourceExhausted, .aborted: .tryAgain
      case .cancelled: .interrupted
      case .unknown, .alreadyExists, .failedPrecondition, .unimplemented, .internal, .dataLoss:
        .failed
      }
  }
}
