import Primitives

/// Writes frames. Each call adds one frame, or the front of one whose `data` the caller appends
/// right after; sizes are exact, so a frame is written once and never moved.
public enum FrameEncoder {
  public static func hello(_ hello: Hello, to output: ByteOutput) {
    whole(streamID: 0, kind: .hello, bodyCount: hello.byteCount(), to: output) {
      hello.write(to: &$0)
    }
  }

  /// A Begin, up to its `data` of `dataCount` bytes.
  public static func begin(
    _ begin: Begin,
    streamID: UInt32,
    flags: UInt32,
    dataCount: Int,
    to output: ByteOutput
  ) {
    front(
      streamID: streamID,
      kind: .begin,
      bodyCount: begin.byteCount(),
      flags: flags,
      dataCount: dataCount,
      to: output
    ) { begin.write(to: &$0) }
  }

  /// A frame without a kind, up to its `data`.
  public static func data(
    streamID: UInt32,
    flags: UInt32,
    dataCount: Int,
    to output: ByteOutput
  ) {
    front(
      streamID: streamID,
      kind: .data,
      bodyCount: 0,
      flags: flags,
      dataCount: dataCount,
      to: output
    ) { _ in }
  }

  public static func head(_ metadata: Metadata, streamID: UInt32, to output: ByteOutput) {
    whole(streamID: streamID, kind: .head, bodyCount: metadata.fieldSize(), to: output) {
      metadata.write(field: 1, to: &$0)
    }
  }

  /// An End, up to its `data`.
  public static func end(_ end: End, streamID: UInt32, dataCount: Int, to output: ByteOutput) {
    front(
      streamID: streamID,
      kind: .end,
      bodyCount: end.byteCount(),
      flags: 0,
      dataCount: dataCount,
      to: output
    ) { end.write(to: &$0) }
  }

  public static func cancel(_ cancel: Cancel, streamID: UInt32, to output: ByteOutput) {
    whole(streamID: streamID, kind: .cancel, bodyCount: cancel.byteCount(), to: output) {
      cancel.write(to: &$0)
    }
  }

  /// - Parameter streamID: 0 gives credit to the connection.
  public static func window(credit: UInt32, streamID: UInt32, to output: ByteOutput) {
    let body = FieldWriter.fieldSize(varint: UInt64(credit))
    whole(streamID: streamID, kind: .window, bodyCount: body, to: output) {
      $0.field(1, varint: UInt64(credit))
    }
  }

  public static func ping(_ ping: Ping, to output: ByteOutput) {
    let body = (ping.opaque == 0 ? 0 : 9) + (ping.isAck ? 2 : 0)
    whole(streamID: 0, kind: .ping, bodyCount: body, to: output) {
      $0.field(1, fixed64: ping.opaque)
      $0.field(2, varint: ping.isAck ? 1 : 0)
    }
  }

  public static func goAway(_ goAway: GoAway, to output: ByteOutput) {
    whole(streamID: 0, kind: .goAway, bodyCount: goAway.byteCount(), to: output) {
      goAway.write(to: &$0)
    }
  }

  /// A frame with a body that is already encoded: a forwarder's Begin, Head or End.
  public static func raw(
    kind: FrameKind,
    streamID: UInt32,
    body: ByteOutput,
    flags: UInt32,
    dataCount: Int,
    to output: ByteOutput
  ) {
    front(
      streamID: streamID,
      kind: kind,
      bodyCount: body.count,
      flags: flags,
      dataCount: dataCount,
      to: output
    ) { writer in body.forEachRun { writer.raw($0) } }
  }

  // MARK: The one layout

  private static func whole(
    streamID: UInt32,
    kind: FrameKind,
    bodyCount: Int,
    to output: ByteOutput,
    _ body: (inout FieldWriter) -> Void
  ) {
    front(
      streamID: streamID,
      kind: kind,
      bodyCount: bodyCount,
      flags: 0,
      dataCount: 0,
      to: output,
      body
    )
  }

  @inline(__always)
  private static func front(
    streamID: UInt32,
    kind: FrameKind,
    bodyCount: Int,
    flags: UInt32,
    dataCount: Int,
    to output: ByteOutput,
    _ body: (inout FieldWriter) -> Void
  ) {
    // The kind is written even when its body is empty: presence is what selects it.
    let kindCount = kind == .data ? 0 : 1 + FieldWriter.size(bodyCount) + bodyCount
    let dataTag = dataCount == 0 ? 0 : 1 + FieldWriter.size(dataCount)
    let count =
      FieldWriter.fieldSize(varint: UInt64(streamID)) + kindCount
      + FieldWriter.fieldSize(varint: UInt64(flags)) + dataTag
    let room = FrameDecoder.prefixBytes + count
    var writer = FieldWriter(output.reserve(room))
    writer.lengthPrefix(count + dataCount)
    writer.field(1, varint: UInt64(streamID))
    if kind != .data {
      writer.open(kind.rawValue, count: bodyCount)
      body(&writer)
    }
    writer.field(14, varint: UInt64(flags))
    if dataCount > 0 { writer.open(15, count: dataCount) }
    output.commit(room)
  }
}
