/// Every bound of the wire, with its unit. All of them are on by default; this is their one place.
///
/// Hundreds of bytes: what is asked for every frame or call takes these limits inlined, so that it
/// loads the one it needs and nobody copies all of them for the call.
public struct WireLimits: Sendable, Equatable {
  // MARK: Sizes

  /// The largest frame that this side accepts, in bytes after the length prefix.
  public var maximumFrameBytes = 1 << 20
  /// The largest message, in bytes, where a method does not set its own.
  public var maximumMessageBytes = 4 << 20
  /// All of a frame but its `data`, in bytes: Begin and End must fit, whatever their fields (an
  /// End with the most of message, details and metadata takes 18 KiB).
  public var maximumHeadBytes = 20 << 10
  /// Keys and values of one Begin, Head or End together, in bytes.
  public var maximumMetadataBytes = 8 << 10
  /// Pairs of one Begin, Head or End.
  public var maximumMetadataPairs = 64
  /// A method's name, in bytes.
  public var maximumMethodBytes = 256
  /// A target, in bytes.
  public var maximumTargetBytes = 256
  /// `data` of one frame that this side sends, in bytes: one turn of a stream.
  ///
  /// A tensor of 65 536 floats with its envelope fits: its receiver decodes it where it arrived.
  /// Smaller turns would make equal messages all complete at the very end, and cost a copy each.
  public var chunkBytes = 264 << 10
  /// The same before the server's Hello, whose frame limit is not known yet.
  public static let pipelinedChunkBytes = 64 << 10
  /// While more calls wait for their turn, answers up to this many bytes wait for one write.
  public static let gatheredOutputBytes = 64 << 10

  // MARK: Streams and credit

  /// Streams that a peer may have open on one connection, handlers of cancelled ones included.
  public var maximumStreams = 128
  /// Handlers of one connection that may still run though End was sent, as when a deadline has
  /// passed and the handler does not obey it. Their callers believe the streams closed, so these
  /// come on top; beyond them they cost streams.
  public var lingeringHandlerLimit = 32
  /// `data` bytes that a peer may send on a stream ahead of its receiver.
  ///
  /// Twice what a tensor of 65 536 floats takes: with less, many such messages on one connection
  /// would all wait for their last bytes, and be long out of the cache when those come.
  public var streamWindowBytes = 512 << 10
  /// `data` bytes that a peer may send on a connection ahead of its receiver.
  public var connectionWindowBytes = 4 << 20
  /// New streams that one connection may start before the loop's other connections get a turn.
  public var newStreamsPerCycle = 16
  /// The highest stream id that a client uses before it moves to a new connection.
  public var lastStreamID: UInt32 = 0x7FFF_FFFD

  // MARK: Time

  /// A call without a deadline of its own gets this one.
  public var defaultTimeout = Duration.seconds(60)
  /// From a frame's first byte to its last.
  public var partialFrameTimeout = Duration.seconds(10)
  /// From a connection's opening to the client's Hello.
  public var helloTimeout = Duration.seconds(10)
  /// A stream with something to send and no credit for it.
  public var stalledStreamTimeout = Duration.seconds(60)
  /// Silence with open streams before a ping asks whether the peer lives.
  public var keepaliveIdle = Duration.seconds(10)
  /// From that ping to its answer.
  public var keepaliveTimeout = Duration.seconds(5)
  /// A connection's life before it drains, so that renewed and revoked certificates take effect.
  public var connectionAge = Duration.seconds(3600)
  /// The part of `connectionAge` that is drawn by chance, to each side.
  public var connectionAgeJitter = 0.1
  /// From the final GoAway to the end of the calls that are still open.
  public var drainGrace = Duration.seconds(30)

  // MARK: Abuse

  /// Pings closer together than this are strikes.
  public var pingInterval = Duration.seconds(5)
  /// Strikes that end a connection.
  public var pingStrikes = 3
  /// Control frames that wait for a peer that does not read, before reading from it stops.
  public var queuedControlFrames = 1000
  /// Bytes that wait for a peer that does not read, before reading from it stops.
  public var queuedOutputBytes = 8 << 20
  /// Cancels and provoked resets in `cancelWindow` that are too many, when they are also more than
  /// half of the streams begun in it.
  public var cancelCount = 200
  /// The time that `cancelCount` speaks of.
  public var cancelWindow = Duration.seconds(30)
  /// Frames in a row that say that a message goes on and carry none of it.
  public var emptyFrames = 100

  public init() {}

  /// The largest `data` of one frame for a peer that takes frames of `frameBytes`, in bytes: the
  /// rest of the frame is left to its head.
  func chunkBytes(ofFrame frameBytes: Int) -> Int {
    max(512, min(chunkBytes, max(frameBytes / 2, frameBytes - maximumHeadBytes)))
  }

  /// What holds until the peer's Hello was read: part of the protocol, not of anybody's settings.
  public static let untilHello: WireLimits = {
    var limits = WireLimits()
    limits.streamWindowBytes = 256 << 10
    return limits
  }()
}
