import DiscoveryCore
import RPC
import RPCRuntime

/// Calls to those instances of a role that serve something; a view of a `RoleChannel`, which does
/// the work.
struct ServingChannel: CallChannel {
  let role: RoleChannel
  let wanted: Wanted

  func unary(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource
  ) async throws(RPCError) -> Answer {
    try await role.unary(method, wanted, options: options, request)
  }

  func open(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource?
  ) async throws(RPCError) -> ClientCall {
    try await role.open(method, wanted, options: options, request)
  }
}

extension RoleChannel {
  /// Calls to those instances alone whose attributes have the name `key` (`endpoints/NAME`), or
  /// whose labels have the name and value `key` (`pool=managed`). All else is as for the channel
  /// itself: also, that calls wait while it is not known yet who serves, and go on to another
  /// instance when one is lost. When nobody who serves it can be reached they end UNAVAILABLE, not
  /// started, and say how many instances there are and how many serve it.
  ///
  /// Free to make: it holds nothing. The turns of a key are kept by the channel.
  ///
  /// - Parameter policy: How one of them is chosen; nil = as the channel's options say.
  public func serving(
    _ key: String,
    policy: PickPolicyName? = nil
  ) -> some CallChannel {
    ServingChannel(role: self, wanted: Wanted(key: key, policy: policy))
  }

  /// As `route()`, among the instances that serve `key`, as for `serving(_:policy:)`.
  ///
  /// - Parameters:
  ///   - avoided: Not this one, where another serves it too.
  ///   - onEnd: Called once on the call's loop with how it ended.
  /// - Throws: UNAVAILABLE, not started, when nobody who serves it can be reached.
  public func route(
    serving key: String,
    policy: PickPolicyName? = nil,
    avoiding avoided: InstanceKey? = nil,
    onEnd: ForwardObserver? = nil
  ) throws(RPCError) -> ForwardRoute {
    try route(Wanted(key: key, policy: policy), avoiding: avoided, onEnd)
  }
}
