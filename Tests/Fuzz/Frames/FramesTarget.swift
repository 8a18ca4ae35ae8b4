import Primitives

@testable import RPC

/// Arbitrary bytes as a stream of frames, as one frame, or as values that make one.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrames(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var input = FuzzBytes(data, size)
  let choice = input.byte()
  var limits = WireLimits()
  if choice & 2 != 0 {
    limits.maximumMetadataPairs = 2
    limits.maximumMetadataBytes = 16
    limits.maximumMethodBytes = 8
    limits.maximumTargetBytes = 4
    limits.maximumFrameBytes = 64
  }
  if choice & 4 != 0 {
    BuiltFrame.check(input)
  } else if choice & 1 == 0 {
    FrameChecks.frame(input.takeAll(), limits)
  } else {
    // Received in pieces of an odd size, as a socket gives them.
    FrameChecks.stream(input.takeAll(), pieceBytes: 1 + Int(choice >> 3), limits)
  }
  return 0
}

enum FrameChecks {
  static func stream(_ bytes: [UInt8], pieceBytes: Int, _ limits: WireLimits) {
    let decoder = FrameDecoder(maximumFrameBytes: limits.maximumFrameBytes)
    let buffer = InputBuffer(capacity: 256)
    var kept: [(slice: Bytes, copy: [UInt8])] = []
    var fed = 0
    while fed < bytes.count {
      let piece = bytes[fed..<min(bytes.count, fed + pieceBytes)]
      piece.withUnsafeBytes { buffer.append($0) }
      fed += piece.count
      do throws(WireViolation) {
        while case .frame(let count) = try step(decoder, buffer) {
          let frame = buffer.slice(offset: FrameDecoder.prefixBytes, count: count)
          // Slices of earlier frames must not change when the buffer is used again.
          if kept.count < 8 { kept.append((frame, frame.array)) }
          self.frame(frame.array, limits)
          buffer.consume(FrameDecoder.prefixBytes + count)
        }
      } catch { break }
    }
    for (slice, copy) in kept { require(slice.array == copy, "a received slice has changed") }
  }

  private static func step(
    _ decoder: FrameDecoder,
    _ buffer: InputBuffer
  ) throws(WireViolation) -> FrameDecoder.Step {
    let step = try decoder.next(in: buffer.readable)
    switch step {
    case .needMore(let count): require(count > 0, "needs \(count) more bytes")
    case .frame(let count):
      require(count > 0 && count <= decoder.maximumFrameBytes, "a frame of \(count) bytes")
      require(FrameDecoder.prefixBytes + count <= buffer.count, "a frame that is not there")
    }
    return step
  }

  /// One frame: read in full, every range inside, and what is written of it reads the same.
  static func frame(_ bytes: [UInt8], _ limits: WireLimits) {
    let read: ReadFrame
    do throws(WireViolation) {
      read = try ReadFrame(bytes, limits: limits)
    } catch {
      require(!error.text.isEmpty, "a violation without a word")
      return
    }
    for range in read.ranges {
      require(
        range.lowerBound >= 0 && range.upperBound <= bytes.count,
        "\(range) of a frame of \(bytes.count) bytes"
      )
    }
    CodecView.check(bytes, read)
    let output = ByteOutput(capacity: 64)
    guard write(read, to: output) else { return }
    let written = output.takeBytes().array
    let length = written.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    require(length == written.count - 4, "length \(length) before \(written.count - 4) bytes")
    do throws(WireViolation) {
      // What defaults add (a Hello's numbers) may be more than a small limit lets in.
      let again = try ReadFrame(Array(written.dropFirst(4)), limits: limits)
      require(
        normal(again.body) == normal(read.body),
        "\(read.body) was written, \(again.body) came back"
      )
      require(again.kind == read.kind, "kind \(again.kind), was \(read.kind)")
      require(again.data == read.data || !carriesData(read), "the data has changed")
    } catch {
      require(false, "what was accepted and written is refused: \(error)")
    }
    rewrite(bytes, read, limits)
  }

  private static func carriesData(_ frame: ReadFrame) -> Bool {
    switch frame.body {
    case .none, .begin, .end: true
    case .hello, .head, .cancel, .window, .ping, .goAway: false
    }
  }

  /// A value that differs only in how it is written: an empty Load, an empty feature.
  private static func normal(_ body: ReadFrame.Body) -> ReadFrame.Body {
    switch body {
    case .end(var end):
      if end.load == Load() { end.load = nil }
      return .end(end)
    case .hello(var hello):
      hello.features.removeAll { $0.isEmpty }
      return .hello(hello)
    case .begin(var begin):
      // A trace that is none counts as absent, and of a later version the known part is kept.
      begin.trace =
        begin.trace.withUnsafeBytes { TraceContext($0).map { Array($0.text.utf8) } } ?? []
      return .begin(begin)
    default: return body
    }
  }

  /// False for what no encoder of ours writes.
  private static func write(_ frame: ReadFrame, to output: ByteOutput) -> Bool {
    let id = frame.streamID
    switch frame.body {
    case .none:
      guard frame.kind == .data else { return false }
      FrameEncoder.data(
        streamID: id,
        flags: frame.flags,
        dataCount: frame.data.count,
        to: output
      )
    case .hello(let hello): FrameEncoder.hello(hello, to: output)
    case .begin(let read):
      guard let begin = begin(read) else { return false }
      FrameEncoder.begin(
        begin,
        streamID: id,
        flags: frame.flags,
        dataCount: frame.data.count,
        to: output
      )
    case .head(let metadata): FrameEncoder.head(metadata, streamID: id, to: output)
    case .end(let end):
      FrameEncoder.end(end, streamID: id, dataCount: frame.data.count, to: output)
    case .cancel(let cancel): FrameEncoder.cancel(cancel, streamID: id, to: output)
    case .window(let credit): FrameEncoder.window(credit: credit, streamID: id, to: output)
    case .ping(let ping): FrameEncoder.ping(ping, to: output)
    case .goAway(let goAway): FrameEncoder.goAway(goAway, to: output)
    }
    if carriesData(frame) { output.append(Bytes(frame.data)) }
    return true
  }

  /// The Begin that was read, as a caller would write it; nil for a path that no `Method` has.
  private static func begin(_ read: ReadFrame.ReadBegin) -> Begin? {
    guard let path = String(validating: read.method, as: UTF8.self), path.hasPrefix("/"),
      let slash = path.dropFirst().firstIndex(of: "/"),
      let target = String(validating: read.target, as: UTF8.self)
    else { return nil }
    let method = Method(
      service: String(path[path.index(after: path.startIndex)..<slash]),
      name: String(path[path.index(after: slash)...]),
      kind: .unary
    )
    guard method.path.utf8.elementsEqual(path.utf8) else { return nil }
    return Begin(
      method: method,
      timeoutMicroseconds: read.timeoutMicroseconds,
      metadata: read.metadata,
      trace: read.trace.withUnsafeBytes { TraceContext($0) },
      attempt: read.attempt,
      target: target,
      messageBytes: read.messageBytes,
      principal: read.principal
    )
  }

  /// A forwarder's Begin differs in what it says and in nothing else.
  private static func rewrite(_ bytes: [UInt8], _ read: ReadFrame, _ limits: WireLimits) {
    guard case .begin(var expected) = read.body else { return }
    let trace = TraceContext(traceHigh: 1, traceLow: 2, span: 3, isSampled: true)
    let change = BeginRewrite(timeoutMicroseconds: 77, attempt: 5, trace: trace)
    let body = ByteOutput(capacity: 64)
    let output = ByteOutput(capacity: 64)
    do throws(WireViolation) {
      try Bytes(bytes).withUnsafeBytes { frame throws(WireViolation) in
        try change.write(frame, try FrameHead(parsing: frame).body, to: body)
      }
      FrameEncoder.raw(
        kind: .begin,
        streamID: 9,
        body: body,
        flags: read.flags,
        dataCount: read.data.count,
        to: output
      )
      output.append(Bytes(read.data))
      let again = try ReadFrame(Array(output.takeBytes().array.dropFirst(4)), limits: limits)
      expected.timeoutMicroseconds = 77
      expected.attempt = 5
      expected.trace = Array(trace.text.utf8)
      require(again.body == .begin(expected), "\(expected) became \(again.body)")
      require(again.streamID == 9 && again.flags == read.flags, "the envelope has changed")
      require(again.data == read.data, "the data has changed")
    } catch {
      require(false, "a Begin that was accepted cannot be forwarded: \(error)")
    }
  }
}
