import Primitives
import Protocols
import RPC
import RPCRuntime
import WireCodec

/// What a health check found.
enum ProbeResult: Sendable, Equatable {
  /// The instance answered.
  case answered(isServing: Bool)
  /// It was reached, and no answer came.
  case silent(RPCError)
  /// It could not be reached.
  case unreachable(RPCError)
}

/// One check by `grpc.health.v1`; it also opens the connection.
enum HealthProbe {
  static func check(_ channel: ServiceChannel, timeout: Duration) async -> ProbeResult {
    var options = CallOptions(timeout: timeout)
    options.mayRetry = false
    let result = await channel.attempt(HealthMethods.check, options: options, attempt: 0) {
      arena,
      send in
      HealthCheckRequest().withPacked(arena) { send($0) }
    }
    switch result {
    case .success(let answer):
      do throws(RPCError) {
        return .answered(isServing: try answer.decode(HealthCheckResponse.self).status == .serving)
      } catch {
        return .silent(error)
      }
    case .failure(let failure):
      // A server without the health service, or one that does not let this side ask, lives.
      switch failure.error.code {
      case .unimplemented, .notFound, .permissionDenied, .unauthenticated:
        if failure.isServersAnswer { return .answered(isServing: true) }
        return .unreachable(failure.error)
      case .deadlineExceeded:
        return failure.error.isNotStarted ? .unreachable(failure.error) : .silent(failure.error)
      default:
        return failure.isServersAnswer ? .silent(failure.error) : .unreachable(failure.error)
      }
    }
  }
}
