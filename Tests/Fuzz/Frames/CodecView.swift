import Primitives
import Protocols
import WireCodec

@testable import RPC

/// The same frame as the codec reads it: generated code, another scanner, protobuf-c.
enum CodecView {
  /// What was accepted here must be a frame there as well, and say the same.
  static func check(_ bytes: [UInt8], _ read: ReadFrame) {
    let frame: WireFrame
    do throws(DecodeError) {
      frame = try WireFrame(
        decoding: Bytes(bytes),
        arena: Arena(chunkBytes: 1024),
        limits: DecodeLimits()
      )
    } catch {
      return require(isStricter(error), "what was accepted is no message: \(error)")
    }
    require(frame.streamID == read.streamID, "stream \(frame.streamID), was \(read.streamID)")
    require(frame.flags == read.flags, "flags \(frame.flags), were \(read.flags)")
    require(frame.data.array == read.data, "other data")
    switch (frame.kind, read.body) {
    case (.begin(let there), .begin(let here)):
      require(Array(there.method.utf8) == here.method, "another method")
      require(Array(there.target.utf8) == here.target, "another target")
      require(Array(there.trace.utf8) == here.trace, "another trace")
      require(there.timeoutUs == here.timeoutMicroseconds, "another timeout")
      require(there.attempt == here.attempt, "another attempt")
      require(there.messageBytes == here.messageBytes, "another size")
      require(same(there.meta, here.metadata), "other metadata")
    case (.head(let there), .head(let here)):
      require(same(there.meta, here), "other metadata")
    case (.end(let there), .end(let here)):
      let status = there.status ?? WireStatus()
      require(StatusCode(wire: status.code) == here.code, "another code")
      require(status.message == here.message, "another message")
      require(status.details.count == here.details.count, "other details")
      require(there.retryAfterMs == here.retryAfterMilliseconds, "another wish")
      require(there.notStarted == here.isNotStarted, "started, or not")
      require(same(there.meta, here.metadata), "other metadata")
    case (.window(let there), .window(let here)):
      require(there.credit == here, "credit \(there.credit), was \(here)")
    case (.ping(let there), .ping(let here)):
      require(there.opaque == here.opaque && there.ack == here.isAck, "another ping")
    case (.goAway(let there), .goAway(let here)):
      require(there.lastStreamID == here.lastStreamID, "another last stream")
      require(there.graceMs == here.graceMilliseconds, "another grace")
    case (.hello, .hello), (.cancel, .cancel), (nil, .none): break
    default: require(false, "the codec sees another kind of frame than \(read.kind)")
    }
  }

  private static func same(_ there: [WireMeta], _ here: Metadata) -> Bool {
    there.map { Metadata.Pair(key: $0.key, value: $0.value) } == here.pairs
  }

  /// Rules that the codec has beyond those of frames: text, widths of numbers, its budget.
  private static func isStricter(_ error: DecodeError) -> Bool {
    switch error.reason {
    case .invalidUTF8, .nulInText, .malformedVarint, .malformedTag, .tooManyFields, .tooLarge: true
    // Of several principals in one Begin only the last is looked into, and of a GoAway no detail.
    case .truncated, .fieldNumberZero, .unsupportedWireType:
      [WirePrincipal.messageName, WireDetail.messageName].contains(error.message)
    case .malformedPackedList, .tooDeep, .refused: false
    }
  }
}
