import Glibc
import NIOCore
import NIOPosix
import Primitives
import Transport

/// The two ends of a pair of Unix sockets, for a host process and a worker that it starts. Both
/// are closed in child processes unless they are passed on by number (as posix_spawn's file
/// actions do).
public struct SocketPair: Sendable {
  /// The end that the host keeps.
  public let host: CInt
  /// The end that the worker inherits. The host closes it once the worker has started.
  public let worker: CInt

  /// Throws when the process or the system has no descriptor left.
  public init() throws(SocketPairError) {
    var ends: [CInt] = [-1, -1]
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw SocketPairError(description: "no socket pair: \(SystemError.text(errno))")
    }
    host = ends[0]
    worker = ends[1]
  }
}

/// A socket pair could not be made or taken over.
public struct SocketPairError: Error, CustomStringConvertible {
  public let description: String
}

/// Makes one end of a socket pair a channel: bytes without TLS to the process at the other end,
/// which is of the same user on the same host. Closing it in order is the end of the stream.
public enum SocketPairTransport {
  /// Takes over `descriptor`: the channel closes it. The handler, which `makeHandler` makes on
  /// `loop`, gets `opened`, or `closed` when the descriptor cannot be used.
  ///
  /// Throws, and leaves the descriptor alone, when it is no connected Unix stream socket: a worker
  /// that was started by hand has something else there.
  public static func adopt(
    _ descriptor: CInt,
    on loop: NIOLoop,
    limits: TransportLimits = TransportLimits(),
    makeHandler: @escaping @Sendable () -> any ByteChannelHandler
  ) throws(SocketPairError) {
    try check(descriptor)
    loop.execute {
      let handler = makeHandler()
      let socket = SocketChannel(
        loop: loop,
        session: nil,
        remoteAddress: "socket pair",
        limits: limits
      ) { handler }
      socket.handler = handler
      let isolated = NIOLoopBound(socket, eventLoop: loop.eventLoop)
      ClientBootstrap(group: loop.eventLoop)
        .channelOption(.allowRemoteHalfClosure, value: true)
        .channelOption(.writeBufferWaterMark, value: SocketOptions.waterMark)
        .channelOption(.maxMessagesPerRead, value: UInt(max(1, limits.readsPerCycleCount)))
        .channelOption(.recvAllocator, value: SocketOptions.allocator(limits))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(isolated.value)
          }
        }
        .withConnectedSocket(descriptor)
        .assumeIsolated()
        .whenFailure { error in
          loop.inCycle { isolated.value.end(SocketErrorText.closure(of: error)) }
        }
    }
  }

  private static func check(_ descriptor: CInt) throws(SocketPairError) {
    var address = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) }
    }
    guard result == 0, address.ss_family == sa_family_t(AF_UNIX) else {
      throw SocketPairError(
        description: "descriptor \(descriptor) is no end of a socket pair"
          + (result == 0 ? "" : ": \(SystemError.text(errno))")
      )
    }
    // It must not leak into processes that this one starts.
    guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
      throw SocketPairError(
        description: "descriptor \(descriptor): \(SystemError.text(errno))"
      )
    }
  }
}
