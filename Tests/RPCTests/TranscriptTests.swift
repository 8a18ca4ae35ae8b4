import Primitives
import Testing

@testable import RPC

/// Whole conversations as bytes on the wire: what a client and a server say, frame by frame.
@Suite struct TranscriptTests {
  /// Cuts a stream into frames with the decoder, a few bytes at a time, as a socket would.
  private func frames(_ bytes: [UInt8], step: Int) throws -> [ReadFrame] {
    let input = InputBuffer(capacity: 256)
    let decoder = FrameDecoder(maximumFrameBytes: 1 << 20)
    var frames: [ReadFrame] = []
    var offset = 0
    while offset < bytes.count {
      let end = min(bytes.count, offset + step)
      bytes[offset..<end].withUnsafeBytes { input.append($0) }
      offset = end
      while case .frame(let count) = try decoder.next(in: input.readable) {
        let whole = FrameDecoder.prefixBytes + count
        let frame = UnsafeRawBufferPointer(
          rebasing: input.readable[FrameDecoder.prefixBytes..<whole]
        )
        frames.append(try ReadFrame(reading: frame, limits: WireLimits()))
        input.consume(whole)
      }
    }
    #expect(input.count == 0)
    return frames
  }

  private func describe(_ frame: ReadFrame) -> String {
    let data = frame.data.isEmpty ? "" : " +\(frame.data.count)"
    let end = frame.flags & FrameFlags.endStream != 0 ? " END_STREAM" : ""
    let more = frame.flags & FrameFlags.more != 0 ? " MORE" : ""
    let what =
      switch frame.body {
      case .window(let credit): "(\(credit))"
      case .end(let end): "(\(end.code.name))"
      case .goAway(let goAway): "(\(goAway.lastStreamID))"
      case .ping(let ping): ping.isAck ? "(ack)" : ""
      default: ""
      }
    return "\(frame.streamID) \(frame.kind)\(what)\(data)\(end)\(more)"
  }

  private func transcript(_ bytes: [UInt8]) throws -> [String] {
    let whole = try frames(bytes, step: bytes.count)
    for step in [1, 2, 7, 100] { #expect(try frames(bytes, step: step) == whole) }
    return whole.map(describe)
  }

  @Test("A small unary call is two frames beside the Hellos")
  func unary() throws {
    let method = Method(service: "a.B", name: "C", kind: .unary)
    let asked = stream { output in
      FrameEncoder.hello(.standard, to: output)
      FrameEncoder.begin(
        Begin(method: method, timeoutMicroseconds: 5000),
        streamID: 1,
        flags: FrameFlags.endStream,
        dataCount: 3,
        to: output
      )
      output.append([1, 2, 3])
    }
    #expect(try transcript(asked) == ["0 hello", "1 begin +3 END_STREAM"])
    let answered = stream { output in
      FrameEncoder.hello(.standard, to: output)
      FrameEncoder.end(End(), streamID: 1, dataCount: 2, to: output)
      output.append([4, 5])
    }
    #expect(try transcript(answered) == ["0 hello", "1 end(OK) +2"])
  }

  @Test("A large message goes in parts, and credit answers it")
  func large() throws {
    let method = Method(service: "a.B", name: "C", kind: .clientStreaming)
    var client = try ClientConnection.greeted(limits: .sample { $0.chunkBytes = 65_536 })
    var server = try ServerConnection.greeted(limits: .untilHello)
    var answers: [String] = []
    let asked = try upload(200_000, method, &client, &server, &answers)
    #expect(
      try transcript(asked) == [
        "1 begin +65536 MORE", "1 data +65536 MORE", "1 data +65536 MORE",
        "1 data +3392", "1 data END_STREAM",
      ]
    )
    #expect(answers == ["1 window(131072)"])
    #expect(client.streamCredit(slot: 0) == (256 << 10) - 200_000 + 131_072)
  }

  private func upload(
    _ size: Int,
    _ method: Method,
    _ client: inout ClientConnection,
    _ server: inout ServerConnection,
    _ answers: inout [String]
  ) throws -> [UInt8] {
    let output = ByteOutput()
    let opened = try client.opened(endsStream: false)
    var left = size
    while left > 0 {
      let count = client.grant(slot: opened.slot, wanted: left)
      left -= count
      let flags = left > 0 ? FrameFlags.more : 0
      let event: ServerConnection.OnData
      if left + count == size {
        FrameEncoder.begin(
          Begin(method: method, timeoutMicroseconds: 0),
          streamID: opened.id,
          flags: flags,
          dataCount: count,
          to: output
        )
        let begin = try server.receivedBegin(id: opened.id, dataCount: count, now: .start)
        #expect(begin == .start(slot: 0))
        event = try server.receivedBeginData(
          slot: 0,
          count: count,
          hasMore: left > 0,
          endsStream: false,
          maximumMessageBytes: size
        )
      } else {
        FrameEncoder.data(streamID: opened.id, flags: flags, dataCount: count, to: output)
        event = try server.data(opened.id, count, more: left > 0, limit: size)
      }
      output.append(Bytes(Array(repeating: 1, count: count)))
      #expect(event == .deliver(slot: 0, completes: left == 0, isLast: false))
      let credit = server.release(slot: 0, count: count)
      guard credit > 0 else { continue }
      answers.append("\(opened.id) window(\(credit))")
      _ = try client.receivedWindow(id: opened.id, credit: credit)
    }
    FrameEncoder.data(
      streamID: opened.id,
      flags: FrameFlags.endStream,
      dataCount: 0,
      to: output
    )
    #expect(
      try server.data(opened.id, 0, end: true) == .deliver(slot: 0, completes: false, isLast: true)
    )
    return output.takeBytes().array
  }

  @Test("A drain is a GoAway, a ping, its answer, the last GoAway, and End for who came too late")
  func drain() throws {
    var client = try ClientConnection.greeted()
    var server = try ServerConnection.greeted()
    let output = ByteOutput()
    func say(_ effect: ServerConnection.OnDrain) {
      switch effect {
      case .announce(let ping):
        FrameEncoder.goAway(GoAway(lastStreamID: GoAway.announcement), to: output)
        FrameEncoder.ping(ping, to: output)
      case .final(let goAway): FrameEncoder.goAway(goAway, to: output)
      case .none, .close: Issue.record("nothing to say")
      }
    }
    let early = try client.opened(endsStream: true)
    _ = try server.start(early.id)
    // Opened, but not on the server yet: this Begin crosses everything that follows.
    let late = try client.opened(endsStream: true)
    say(server.beginDrain(now: .start))
    say(server.drainTick(now: .seconds(5)))
    let begin = try server.receivedBegin(id: late.id, dataCount: 0, now: .seconds(6))
    guard case .refuse(let code, let message) = begin else {
      Issue.record("a stream above the last id was taken")
      return
    }
    let refusal = End(RPCError(code, message, isNotStarted: true))
    FrameEncoder.end(refusal, streamID: late.id, dataCount: 0, to: output)
    FrameEncoder.end(End(), streamID: early.id, dataCount: 0, to: output)
    _ = server.sendEnd(slot: 0)
    server.finished(slot: 0)
    #expect(server.drainTick(now: .seconds(6)) == .close)

    let said = output.takeBytes().array
    #expect(
      try transcript(said) == [
        "0 goAway(2147483647)", "0 ping", "0 goAway(1)", "3 end(UNAVAILABLE)", "1 end(OK)",
      ]
    )
    // And the client follows it to the end.
    #expect(try client.receivedGoAway(GoAway(lastStreamID: GoAway.announcement)) == [])
    let ping = Ping(opaque: ServerConnection.drainPing)
    #expect(try client.receivedPing(ping, now: .seconds(5))?.isAck == true)
    #expect(try client.receivedGoAway(GoAway(lastStreamID: 1)) == [late.slot])
    let refused = try client.receivedEnd(id: late.id)
    #expect(refused.isAwaited == false)
    client.finished(slot: refused.slot)
    let ended = try client.receivedEnd(id: early.id)
    #expect(ended == ClientConnection.Ended(slot: early.slot, isAwaited: true))
    client.finished(slot: ended.slot)
    #expect(client.isSpent && client.openStreams == 0)
  }
}
