import RPC
import RPCRuntime

/// A channel whose calls all have a target and the caller's credentials, so that generated clients
/// need not know that a gateway stands between.
struct TargetedChannel: CallChannel {
  let base: any CallChannel
  /// `services/trainer`, `endpoints/NAME`; empty = the gateway itself.
  let target: String
  /// Sent with every call; the API key of somebody without a certificate.
  let credentials: Metadata

  func unary(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource
  ) async throws(RPCError) -> Answer {
    try await base.unary(method, options: addressed(options), request)
  }

  func open(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource?
  ) async throws(RPCError) -> ClientCall {
    try await base.open(method, options: addressed(options), request)
  }

  /// A target that the caller gave stays.
  private func addressed(_ options: CallOptions) -> CallOptions {
    var options = options
    if options.target.isEmpty { options.target = target }
    for pair in credentials.pairs { options.metadata.append(pair.key, pair.value) }
    return options
  }
}
