import Primitives
import RPC
import RPCRuntime
import TestProtocols

/// The server under test as a case sees it: ways to reach it, and facts that the way decides.
public struct ContractServer: Sendable {
  /// Who the caller is to the server.
  public enum Caller: Sendable {
    /// A peer that no access rule names and that may speak for nobody else.
    case stranger
    /// The role that `Echo.Limited` is open to, and that may speak for others.
    case gateway
  }

  /// The role that a handler sees for a stranger; nil where the way between hides it.
  public let strangersRole: String?
  /// Whether a stranger's principal is refused. Not so for the process at the other end of a
  /// socket pair, which is trusted.
  public let refusesStrangersPrincipal: Bool
  /// Many more rounds of the same.
  public let isSoak: Bool
  private let open: @Sendable (Caller, ChannelOptions) throws -> (any CallChannel)?

  /// - Parameter open: makes a channel with connections of its own; nil for a caller that the side
  ///   cannot play.
  public init(
    strangersRole: String?,
    refusesStrangersPrincipal: Bool,
    isSoak: Bool,
    open: @escaping @Sendable (Caller, ChannelOptions) throws -> (any CallChannel)?
  ) {
    self.strangersRole = strangersRole
    self.refusesStrangersPrincipal = refusesStrangersPrincipal
    self.isSoak = isSoak
    self.open = open
  }

  /// A new channel, with connections of its own; nil where the side cannot play the caller.
  public func channel(
    as caller: Caller,
    _ options: ChannelOptions = ChannelOptions()
  ) throws -> (any CallChannel)? {
    try open(caller, options).map { BoundedChannel($0, timeout: ContractServer.timeout) }
  }

  /// What a case's call may take where the case does not say less.
  public static let timeout = Duration.seconds(60)

  func strangersChannel(_ options: ChannelOptions = ChannelOptions()) throws -> any CallChannel {
    guard let channel = try channel(as: .stranger, options) else {
      throw ContractFailure("the side has no way in for a stranger")
    }
    return channel
  }

  func echo() throws -> EchoClient { EchoClient(try strangersChannel()) }

  func interop() throws -> InteropTestServiceClient {
    InteropTestServiceClient(try strangersChannel())
  }
}

/// A channel whose calls all have a deadline, so that a case ends whatever the server does.
public struct BoundedChannel: CallChannel {
  private let channel: any CallChannel
  private let timeout: Duration

  public init(_ channel: any CallChannel, timeout: Duration) {
    self.channel = channel
    self.timeout = timeout
  }

  private func bounded(_ options: CallOptions) -> CallOptions {
    var options = options
    options.timeout = options.timeout ?? timeout
    return options
  }

  public func unary(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource
  ) async throws(RPCError) -> Answer {
    try await channel.unary(method, options: bounded(options), request)
  }

  public func open(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource?
  ) async throws(RPCError) -> ClientCall {
    try await channel.open(method, options: bounded(options), request)
  }
}
