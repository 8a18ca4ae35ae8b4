import Primitives

/// One open connection as a transport gives it: bytes in order both ways, an identity, no frames.
///
/// Belongs to its loop: every member is for the loop's thread only.
/// Sides of this seam: TLS over TCP or a Unix socket, a bare inherited socket pair, in-process.
public protocol ByteChannel: AnyObject {
  var loop: any TransportLoop { get }

  /// Who the peer is; final once the channel was opened.
  var peer: PeerIdentity { get }

  /// The protocol that ALPN chose; nil where the transport has none.
  var negotiatedProtocol: String? { get }

  /// `address:port` or a path: for logs and metrics, not for decisions.
  var remoteAddress: String { get }

  /// Bytes that were sent here and that the socket has not taken yet. A sender that keeps this
  /// under a bound of its own keeps its memory bounded.
  var pendingBytes: Int { get }

  /// Encrypts and writes all of `output`, and empties it. One system call at best.
  func send(_ output: ByteOutput)

  /// Stops or resumes reading from the socket: back-pressure towards the peer.
  func setReading(_ enabled: Bool)

  /// Ends the connection in order: what was sent leaves first, then close_notify, then the socket
  /// closes. Bounded by the transport's close timeout.
  func close()

  /// Ends the connection now; what was not written is lost.
  func abort()
}

/// The layer above a channel. The transport calls these on the channel's loop, in this order:
/// `opened`, then any of `received`, `flush` and `drained`, then `closed` exactly once.
public protocol ByteChannelHandler: AnyObject {
  /// Where the transport puts what it receives. Constant for the life of the channel.
  var input: InputBuffer { get }

  /// The connection stands: TLS is done and the peer is known.
  func opened(_ channel: any ByteChannel)

  /// Bytes were added to `input`. The handler takes what is whole and leaves the rest.
  func received()

  /// The end of a loop cycle that this handler asked to be flushed at.
  func flush()

  /// `pendingBytes` fell to zero after it had not been.
  func drained()

  /// The connection is gone. No call follows.
  func closed(_ reason: ChannelClosure)
}

/// Why a connection ended.
public enum ChannelClosure: Sendable, Equatable {
  /// The peer said close_notify (TLS) or ended its side in order.
  case byPeer
  /// This side closed or aborted it.
  case byUs
  /// The socket ended without close_notify: what came before may be cut short.
  case truncated
  /// A timeout of the transport: `what` names it ("TLS handshake").
  case timedOut(what: String)
  /// TLS or the socket failed; the text is for people and holds no secret.
  case failed(String)
}
