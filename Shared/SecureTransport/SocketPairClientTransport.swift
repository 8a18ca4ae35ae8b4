import Glibc
import Primitives
import Synchronization
import Transport

/// Makes the host's end of a socket pair the one connection of a channel. There is no second one:
/// once it has ended, every attempt to connect fails at once.
public final class SocketPairClientTransport: ClientTransport {
  private let loop: NIOLoop
  private let limits: TransportLimits
  /// The end that nobody has taken over yet.
  private let descriptor: Mutex<CInt?>

  /// Owns `descriptor` from here on.
  public init(
    _ descriptor: CInt,
    on loop: NIOLoop,
    limits: TransportLimits = TransportLimits()
  ) {
    self.descriptor = Mutex(descriptor)
    self.loop = loop
    self.limits = limits
  }

  deinit { close() }

  public var loops: [any TransportLoop] { [loop] }

  /// Closes the end if it was never connected; a connection is closed by its channel.
  public func close() {
    if let unused = take() { Glibc.close(unused) }
  }

  /// `address` is not looked at: the pair is.
  public func connect(
    to address: TransportAddress,
    on loop: any TransportLoop,
    makeHandler: @escaping @Sendable () -> any ByteChannelHandler
  ) {
    let loop = self.loop
    guard let descriptor = take() else {
      return loop.execute { makeHandler().closed(.failed("the process at the other end is gone")) }
    }
    do {
      try SocketPairTransport.adopt(descriptor, on: loop, limits: limits, makeHandler: makeHandler)
    } catch {
      Glibc.close(descriptor)
      let reason = "\(error)"
      loop.execute { makeHandler().closed(.failed(reason)) }
    }
  }

  private func take() -> CInt? {
    descriptor.withLock { descriptor in
      defer { descriptor = nil }
      return descriptor
    }
  }
}
