import InProcessTransport
import Primitives
import RPC
import Synchronization
import Transport

/// One end of a connection that speaks in bytes of the test's own, for what our runtime never says.
// `@unchecked`: belongs to its loop, as every handler; the journals have locks of their own.
final class RawPeer: ByteChannelHandler, @unchecked Sendable {
  struct Frame: Sendable {
    let head: FrameHead
    let bytes: Bytes

    var body: [UInt8] { bytes.slice(head.body).array }
    var data: [UInt8] { bytes.slice(head.data).array }
  }

  let input = InputBuffer()
  let frames = Journal<Frame>()
  let closures = Journal<ChannelClosure>()
  private let first: [UInt8]
  private let answer: @Sendable (Frame) -> [UInt8]
  private let isDeaf: Bool
  private var channel: (any ByteChannel)?
  private let decoder = FrameDecoder(maximumFrameBytes: 1 << 20)

  /// - Parameters:
  ///   - first: what it says at once, behind its Hello.
  ///   - isDeaf: it reads nothing, as if the cable were cut.
  ///   - answer: what it says to a frame.
  init(
    first: [UInt8] = [],
    isDeaf: Bool = false,
    answer: @escaping @Sendable (Frame) -> [UInt8] = {
      _ in []
    }
  ) {
    self.first = first
    self.isDeaf = isDeaf
    self.answer = answer
  }

  func opened(_ channel: any ByteChannel) {
    self.channel = channel
    let output = ByteOutput()
    FrameEncoder.hello(Hello(limits: WireLimits(), agent: "raw"), to: output)
    first.withUnsafeBytes { output.append(copying: $0) }
    channel.send(output)
  }

  func received() {
    if isDeaf { return input.consume(input.count) }
    // A test's own peers send no malformed frames: an error here fails the test by silence.
    while let step = try? decoder.next(in: input.readable), case .frame(let count) = step {
      let whole = input.readable[FrameDecoder.prefixBytes..<(FrameDecoder.prefixBytes + count)]
      let bytes = Bytes(copying: UnsafeRawBufferPointer(rebasing: whole))
      input.consume(FrameDecoder.prefixBytes + count)
      guard let head = bytes.withUnsafeBytes({ try? FrameHead(parsing: $0) }) else { return }
      let frame = Frame(head: head, bytes: bytes)
      frames.add(frame)
      let reply = answer(frame)
      guard !reply.isEmpty else { continue }
      let output = ByteOutput()
      reply.withUnsafeBytes { output.append(copying: $0) }
      channel?.send(output)
    }
  }

  func flush() {}
  func drained() {}
  func closed(_ reason: ChannelClosure) { closures.add(reason) }
}

/// Protobuf by hand.
enum RawBytes {
  static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] {
    varint(number << 3) + varint(value)
  }

  static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  static func field(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  /// A frame of `kind` on a stream, with its length in front.
  static func frame(
    stream: UInt64,
    kind: FrameKind,
    body: [UInt8],
    flags: UInt64 = 0,
    data: [UInt8] = []
  ) -> [UInt8] {
    let content =
      field(1, stream) + field(UInt64(kind.rawValue), body)
      + (flags == 0 ? [] : field(14, flags)) + (data.isEmpty ? [] : field(15, data))
    let count = UInt32(content.count)
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> UInt32($0)) } + content
  }
}
