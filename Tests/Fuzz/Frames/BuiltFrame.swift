import Primitives

@testable import RPC

/// Frames from values that the input chooses: lengths within lengths are right, which mutation
/// alone seldom achieves. Read back they are the values; damaged they are a frame or a violation.
struct BuiltFrame {
  private var input: FuzzBytes
  private let limits = WireLimits()

  static func check(_ input: FuzzBytes) {
    var built = BuiltFrame(input: input)
    built.check()
  }

  private mutating func check() {
    let output = ByteOutput(capacity: 64)
    let damages = Int(input.byte() & 3)
    let data = input.take(Int(input.byte() & 15))
    let body = write(data, to: output)
    output.append(Bytes(data))
    var bytes = Array(output.takeBytes().array.dropFirst(FrameDecoder.prefixBytes))
    if damages == 0 {
      do throws(WireViolation) {
        let read = try ReadFrame(bytes, limits: limits)
        require(read.body == body, "\(body) was written, \(read.body) came back")
        require(read.data == data, "the data has changed")
      } catch {
        require(false, "\(body) was written and is refused: \(error)")
      }
    }
    for _ in 0..<damages {
      let place = input.number(below: bytes.count)
      bytes[place] = input.flag() ? input.byte() : bytes[place] ^ 1 << (input.byte() & 7)
    }
    FrameChecks.frame(bytes, limits)
  }

  /// Writes a frame up to its data, and answers what it says. Frames without data carry none.
  private mutating func write(_ data: [UInt8], to output: ByteOutput) -> ReadFrame.Body {
    let id = number32()
    switch (input.byte() % 8, data.isEmpty) {
    case (0, _):
      let end = end()
      FrameEncoder.end(end, streamID: id, dataCount: data.count, to: output)
      return .end(end)
    case (1, _), (_, false):
      let begin = begin()
      FrameEncoder.begin(begin, streamID: id, flags: 4, dataCount: data.count, to: output)
      return .begin(
        ReadFrame.ReadBegin(
          method: Array(begin.method.path.utf8),
          timeoutMicroseconds: begin.timeoutMicroseconds,
          metadata: begin.metadata,
          trace: begin.trace.map { Array($0.text.utf8) } ?? [],
          attempt: begin.attempt,
          target: Array(begin.target.utf8),
          messageBytes: begin.messageBytes,
          principal: begin.principal ?? Principal(account: "", keyID: "")
        )
      )
    case (2, _):
      let hello = hello()
      FrameEncoder.hello(hello, to: output)
      return .hello(hello)
    case (3, _):
      let metadata = metadata()
      FrameEncoder.head(metadata, streamID: id, to: output)
      return .head(metadata)
    case (4, _):
      let cancel = Cancel(code: errorCode(), reason: text(40))
      FrameEncoder.cancel(cancel, streamID: id, to: output)
      return .cancel(cancel)
    case (5, _):
      let ping = Ping(opaque: number(), isAck: input.flag())
      FrameEncoder.ping(ping, to: output)
      return .ping(ping)
    case (6, _):
      let goAway = GoAway(
        lastStreamID: id,
        code: code() ?? .ok,
        message: text(40),
        graceMilliseconds: number32()
      )
      FrameEncoder.goAway(goAway, to: output)
      return .goAway(goAway)
    default:
      FrameEncoder.window(credit: id, streamID: number32(), to: output)
      return .window(id)
    }
  }

  private mutating func end() -> End {
    var end = End()
    end.code = code() ?? .ok
    end.message = text(200)
    for _ in 0..<(input.byte() & 3) {
      end.details.append(.init(typeURL: text(20), value: Bytes(input.take(Int(input.byte() & 31)))))
    }
    end.metadata = metadata()
    end.retryAfterMilliseconds = number()
    if input.flag() {
      // One that says nothing is not written.
      end.load = Load(
        inFlight: number32() | 1,
        latencyMicroseconds: number(),
        utilizationMilli: number32()
      )
    }
    end.isNotStarted = input.flag()
    return end
  }

  private mutating func begin() -> Begin {
    let trace = TraceContext(
      traceHigh: number(),
      traceLow: number() | 1,
      span: number() | 1,
      isSampled: input.flag()
    )
    return Begin(
      method: Method(service: text(60), name: text(60), kind: .unary),
      timeoutMicroseconds: number(),
      metadata: metadata(),
      trace: input.flag() ? trace : nil,
      attempt: number32(),
      target: text(200),
      messageBytes: number(),
      principal: input.flag() ? Principal(account: text(200), keyID: text(20)) : nil
    )
  }

  private mutating func hello() -> Hello {
    var hello = Hello(limits: limits, agent: text(100))
    let lowest = max(1, number32())
    hello.versions = lowest...max(lowest, number32())
    hello.maximumFrameBytes = min(size(1024), 0xFF_FFFF)
    hello.maximumMessageBytes = size(1024)
    hello.maximumStreams = size(1)
    hello.streamWindowBytes = size(1024)
    hello.connectionWindowBytes = size(1024)
    for _ in 0..<(input.byte() & 3) { hello.features.append("f" + text(20)) }
    return hello
  }

  private mutating func metadata() -> Metadata {
    var metadata = Metadata()
    for _ in 0..<(input.byte() & 7) {
      let key = String(
        repeating: input.pick(["a", "_", "0", "."]),
        count: 1 + Int(input.byte() & 63)
      )
      metadata.append(key, Bytes(input.take(Int(input.byte()))))
    }
    return metadata
  }

  private mutating func code() -> StatusCode? { StatusCode(rawValue: input.byte() & 31) }

  /// Nobody cancels with OK.
  private mutating func errorCode() -> StatusCode {
    let code = code() ?? .unknown
    return code == .ok ? .cancelled : code
  }

  private mutating func size(_ least: Int) -> Int {
    max(least, Int(number() & 0x7FFF_FFFF))
  }

  private mutating func number32() -> UInt32 { UInt32(truncatingIfNeeded: number()) }

  /// Of any width; small ones are as likely as large ones.
  private mutating func number() -> UInt64 {
    let bytes = input.take(Int(input.byte() & 15))
    return bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Of at most `most` bytes, in characters of one to four.
  private mutating func text(_ most: Int) -> String {
    let character = input.pick(["x", "/", "ü", "€", "🪶"])
    return String(
      repeating: character,
      count: Int(input.byte()) % (most / character.utf8.count + 1)
    )
  }
}
