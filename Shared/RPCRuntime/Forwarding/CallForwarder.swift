import Primitives
import RPC
import Transport

/// Decides where calls with a target go. A server that has one forwards every Begin whose `target`
/// is not empty, without decoding a byte of its `data`.
public protocol CallForwarder: Sendable {
  /// Picks the server for a call. Called on the connection's loop for each call: it must be quick
  /// and must not block.
  /// - Throws: what the caller is told, when there is nowhere to go.
  func route(_ call: ForwardedCall) throws(RPCError) -> ForwardRoute
}

/// What a forwarder may judge a call by.
public struct ForwardedCall: Sendable {
  /// `endpoints/NAME[/VARIANT]`.
  public let target: String
  public let principal: Principal?
  public let peer: PeerIdentity
  /// 0 for the first try.
  public let attempt: UInt32
  public let deadline: Instant
}

/// Where a call goes, and who wants to know how it went.
public struct ForwardRoute: Sendable {
  public let channel: ServiceChannel
  let onEnd: (@Sendable (_ code: StatusCode, _ load: Load?, _ latency: Duration) -> Void)?

  /// - Parameter onEnd: called once on the loop with the outcome: food for balancing and outlier
  ///   detection.
  public init(
    _ channel: ServiceChannel,
    onEnd: (@Sendable (_ code: StatusCode, _ load: Load?, _ latency: Duration) -> Void)? = nil
  ) {
    self.channel = channel
    self.onEnd = onEnd
  }
}

extension Method {
  /// Stands for all methods that pass through a forwarder, which does not know them.
  static let forwarded = Method(service: "forwarded", name: "forwarded", kind: .bidirectional)
}
