import Primitives
import RPC
import Transport

/// Decides where calls with a target go. A server that has one asks it about every Begin whose
/// `target` is not empty, and passes the call on without decoding a byte of its `data`.
public protocol CallForwarder: Sendable {
  /// Picks the server for a call. Called on the connection's loop for each call: it must be quick
  /// and must not block.
  /// - Throws: what the caller is told, when there is nowhere to go, or it may not go there.
  func route(_ call: ForwardedCall) throws(RPCError) -> ForwardDecision
}

/// What happens to a call with a target.
public enum ForwardDecision: Sendable {
  case forward(ForwardRoute)
  /// This server's own handlers answer it.
  case answerHere
}

/// What a forwarder may judge a call by.
public struct ForwardedCall: Sendable {
  /// `endpoints/NAME[/VARIANT]`.
  public let target: String
  public let metadata: Metadata
  public let principal: Principal?
  public let peer: PeerIdentity
  /// 0 for the first try.
  public let attempt: UInt32
  public let deadline: Instant
  let begin: Bytes
  let methodRange: Range<Int>

  /// `/package.Service/Method`, read when asked for. Empty when it is not UTF-8.
  public var method: String {
    begin.withUnsafeBytes { begin in
      String(validating: UnsafeRawBufferPointer(rebasing: begin[methodRange]), as: UTF8.self)
    } ?? ""
  }
}

/// Where a call goes, and who wants to know how it went.
public struct ForwardRoute: Sendable {
  public let channel: ServiceChannel
  /// What the call is for from here on; nil leaves what the caller said.
  public let target: String?
  /// On whose behalf the call goes on; nil leaves what the caller said, where it might.
  public let principal: Principal?
  /// Metadata that stays here, such as a caller's secret; nil = all of it passes on.
  public let hiddenKey: String?
  let onEnd: (@Sendable (_ code: StatusCode, _ load: Load?, _ latency: Duration) -> Void)?
  /// Who stands at the caller's side of the call; nil = nobody.
  private(set) var watch: ForwardWatch?

  /// - Parameter onEnd: called once on the loop with the outcome: food for balancing and outlier
  ///   detection.
  public init(
    _ channel: ServiceChannel,
    target: String? = nil,
    principal: Principal? = nil,
    hiddenKey: String? = nil,
    onEnd: (@Sendable (_ code: StatusCode, _ load: Load?, _ latency: Duration) -> Void)? = nil
  ) {
    self.channel = channel
    self.target = target
    self.principal = principal
    self.hiddenKey = hiddenKey
    self.onEnd = onEnd
  }

  /// The same way, on somebody's behalf and without a key of the caller's metadata.
  public func presenting(_ principal: Principal, hiding key: String?) -> ForwardRoute {
    var route = ForwardRoute(
      channel,
      target: target,
      principal: principal,
      hiddenKey: key,
      onEnd: onEnd
    )
    route.watch = watch
    return route
  }

  /// The same way, with somebody at the caller's side of it.
  public func watched(by watch: ForwardWatch) -> ForwardRoute {
    var route = self
    route.watch = watch
    return route
  }

  /// The same way, for something that only this forwarder's servers know by that name.
  public func addressed(to target: String) -> ForwardRoute {
    var route = ForwardRoute(
      channel,
      target: target,
      principal: principal,
      hiddenKey: hiddenKey,
      onEnd: onEnd
    )
    route.watch = watch
    return route
  }
}

extension Method {
  /// Stands for all methods that pass through a forwarder, which does not know them. None takes
  /// longer than an hour: a call holds its place here for as long as it may.
  static let forwarded = Method(
    service: "forwarded",
    name: "forwarded",
    kind: .bidirectional,
    options: MethodOptions(maximumTimeout: .seconds(3600))
  )
}
