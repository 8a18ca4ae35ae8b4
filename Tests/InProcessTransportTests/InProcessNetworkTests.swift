import InProcessTransport
import Primitives
import Testing
import Transport

/// Notes what it is told, and can echo.
// `@unchecked`: one thread, the test's, runs the loop.
private final class Recorder: ByteChannelHandler, @unchecked Sendable {
  let input = InputBuffer()
  let isEcho: Bool
  private(set) var notes: [String] = []
  private(set) var received_ = 0
  private(set) var channel: (any ByteChannel)?
  private let output = ByteOutput()

  init(isEcho: Bool = false) { self.isEcho = isEcho }

  func opened(_ channel: any ByteChannel) {
    self.channel = channel
    notes.append("opened by \(channel.peer.role ?? "nobody")")
  }

  func received() {
    received_ += input.count
    notes.append("received \(Bytes(copying: input.readable).utf8Text ?? "bytes")")
    if isEcho {
      output.append(copying: input.readable)
      channel?.loop.flushAtEndOfCycle(self)
    }
    input.consume(input.count)
  }

  func flush() { channel?.send(output) }
  func drained() { notes.append("drained") }
  func closed(_ reason: ChannelClosure) { notes.append("closed \(reason)") }

  func send(_ bytes: Bytes) {
    output.append(bytes)
    channel?.send(output)
  }
}

@Suite("The network in memory")
struct InProcessNetworkTests {
  private let address = TransportAddress.tcp(host: "gateway", port: 1)

  private struct Pair {
    let loop = ManualLoop()
    let network: InProcessNetwork
    let server: InProcessServer
    let client: InProcessClient
    let here = Recorder()
    let there: Recorder

    init(_ address: TransportAddress, isEcho: Bool = false, windowBytes: Int = 1000) async throws {
      network = InProcessNetwork(windowBytes: windowBytes)
      server = network.server(
        at: address,
        as: .service(suite: "s", role: "gateway", instance: "1"),
        loops: [loop]
      )
      client = network.client(
        as: .service(suite: "s", role: "trainer", instance: "1"),
        loops: [loop]
      )
      let there = Recorder(isEcho: isEcho)
      self.there = there
      try await server.start { _ in there }
      let here = here
      client.connect(to: address, on: loop) { here }
      loop.run()
    }
  }

  @Test("Both sides know each other, and bytes go there and back")
  func echo() async throws {
    let pair = try await Pair(address, isEcho: true)
    pair.here.send(Bytes("hello"))
    #expect(pair.here.notes == ["opened by gateway"])
    pair.loop.run()
    #expect(pair.here.notes == ["opened by gateway", "received hello"])
    #expect(pair.there.notes == ["opened by trainer", "received hello"])
  }

  @Test("What the window does not hold is pending until the other side takes bytes")
  func window() async throws {
    let pair = try await Pair(address, windowBytes: 1000)
    pair.there.channel?.setReading(false)
    pair.here.send(Bytes(repeatElement(1, count: 2500)))
    pair.loop.run()
    #expect(pair.here.channel?.pendingBytes == 1500)
    #expect(pair.there.received_ == 0)
    pair.there.channel?.setReading(true)
    pair.loop.run()
    #expect(pair.there.received_ == 2500)
    #expect(pair.here.channel?.pendingBytes == 0)
    #expect(pair.here.notes.last == "drained")
  }

  @Test("A close lets everything arrive first, even at a side that had stopped to read")
  func close() async throws {
    let pair = try await Pair(address, windowBytes: 1000)
    pair.there.channel?.setReading(false)
    pair.here.send(Bytes(repeatElement(1, count: 2500)))
    pair.here.channel?.close()
    pair.here.send(Bytes("too late"))
    #expect(pair.here.notes == ["opened by gateway"])
    pair.loop.run()
    #expect(pair.here.notes == ["opened by gateway", "closed byUs"])
    #expect(pair.there.received_ == 2500)
    #expect(pair.there.notes.last == "closed byPeer")
  }

  @Test("An abort truncates the other side")
  func abort() async throws {
    let pair = try await Pair(address)
    pair.here.channel?.abort()
    pair.loop.run()
    #expect(pair.here.notes.last == "closed byUs")
    #expect(pair.there.notes.last == "closed truncated")
  }

  @Test("Nobody at an address, and two at one, are errors that name it")
  func addresses() async throws {
    let pair = try await Pair(address)
    let lost = Recorder()
    pair.client.connect(to: .unix(path: "/nowhere"), on: pair.loop) { lost }
    pair.loop.run()
    #expect(lost.notes == ["closed failed(\"nobody listens on unix:/nowhere\")"])
    let second = pair.network.server(at: address, as: .anonymous, loops: [pair.loop])
    await #expect {
      try await second.start { _ in Recorder() }
    } throws: { error in
      "\(error)" == "cannot listen on gateway:1: address already in use"
    }
    await pair.server.stopAccepting()
    #expect(pair.server.addresses.isEmpty)
    try await second.start { _ in Recorder() }
    #expect(second.addresses == [address])
  }

  @Test("Loops with threads of their own carry it too", .timeLimit(.minutes(5)))
  func threads() async throws {
    let loops = [ThreadLoop(), ThreadLoop()]
    let network = InProcessNetwork()
    let server = network.server(at: address, as: .localProcess, loops: [loops[0]])
    let client = network.client(as: .localProcess, loops: [loops[1]])
    try await server.start { _ in Recorder(isEcho: true) }
    let (answers, continuation) = AsyncStream<String>.makeStream()
    // `@unchecked`: touched on its loop only.
    final class Asker: ByteChannelHandler, @unchecked Sendable {
      let input = InputBuffer()
      let continuation: AsyncStream<String>.Continuation
      init(_ continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }
      func opened(_ channel: any ByteChannel) {
        let output = ByteOutput()
        output.append(Bytes("hello"))
        channel.loop.timerHandler = { channel.send(output) }
        channel.loop.armTimer(at: .now + .milliseconds(5))
      }
      func received() { continuation.yield(Bytes(copying: input.readable).utf8Text ?? "") }
      func flush() {}
      func drained() {}
      func closed(_ reason: ChannelClosure) {}
    }
    let asker = Asker(continuation)
    client.connect(to: address, on: loops[1]) { asker }
    var answer: String?
    for await text in answers {
      answer = text
      break
    }
    #expect(answer == "hello")
    for loop in loops { loop.shutdown() }
  }
}
