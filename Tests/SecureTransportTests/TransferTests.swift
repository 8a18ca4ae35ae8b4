import Glibc
import Primitives
import SecureTransport
import Synchronization
import Testing
import Transport

/// Sends `total` bytes of a known pattern, never more than one block beyond what the socket takes,
/// and checks the same pattern as it comes in; the first bytes it receives make it pause once.
// `@unchecked`: touched on its loop only, but for what is atomic.
private final class Pump: ByteChannelHandler, @unchecked Sendable {
  let input = InputBuffer()
  let finished: AsyncStream<String>
  private let done: AsyncStream<String>.Continuation
  private let total: Int
  private let blockBytes: Int
  private let endsFirst: Bool
  private let output = ByteOutput()
  private var channel: (any ByteChannel)?
  private var sentBytes = 0
  private var receivedBytes = 0
  private var mostPending = 0
  private var pauses = 0

  init(total: Int, blockBytes: Int, endsFirst: Bool) {
    self.total = total
    self.blockBytes = blockBytes
    self.endsFirst = endsFirst
    (finished, done) = AsyncStream.makeStream()
  }

  /// The pattern repeats after 64 KiB + 1, which no record, read or block has for its length. It is
  /// kept twice in a row, so that each run of it can be compared and copied whole.
  private static let periodBytes = 64 * 1024 + 1
  private static let pattern: [UInt8] = (0..<2 * periodBytes).map {
    UInt8(truncatingIfNeeded: ($0 % periodBytes) &* 31 >> 3)
  }

  /// Calls `body` for the runs of the pattern that cover `[start, start + count)`.
  private static func eachRun(
    from start: Int,
    count: Int,
    _ body: (_ offset: Int, UnsafeRawBufferPointer) -> Void
  ) {
    pattern.withUnsafeBytes { pattern in
      var offset = 0
      while offset < count {
        let position = (start + offset) % periodBytes
        let length = min(periodBytes, count - offset)
        body(offset, UnsafeRawBufferPointer(rebasing: pattern[position..<(position + length)]))
        offset += length
      }
    }
  }

  func opened(_ channel: any ByteChannel) {
    self.channel = channel
    pump()
  }

  private func pump() {
    guard let channel else { return }
    // A block in one call at a time, so that the other side is heard in between.
    if channel.pendingBytes == 0, sentBytes < total {
      let start = sentBytes
      let count = min(blockBytes, total - sentBytes)
      output.append(
        Bytes(capacity: count) { target in
          Pump.eachRun(from: start, count: count) { offset, run in
            UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: run)
          }
          return count
        }
      )
      sentBytes += count
      channel.send(output)
      mostPending = max(mostPending, channel.pendingBytes)
    }
    if channel.pendingBytes == 0, sentBytes < total { channel.loop.flushAtEndOfCycle(self) }
  }

  func received() {
    let start = receivedBytes
    var isGood = true
    let readable = input.readable
    Pump.eachRun(from: start, count: readable.count) { offset, run in
      let part = UnsafeRawBufferPointer(rebasing: readable[offset..<(offset + run.count)])
      guard let ours = run.baseAddress, let theirs = part.baseAddress else { return }
      if memcmp(ours, theirs, run.count) != 0 { isGood = false }
    }
    receivedBytes += input.count
    input.consume(input.count)
    if !isGood { return end("wrong bytes after \(start)") }
    if pauses < 3, receivedBytes > total / 4 * (pauses + 1) {
      pauses += 1
      channel?.setReading(false)
      // Goes on in a later cycle.
      channel?.loop.execute { [self] in channel?.setReading(true) }
    }
    finishIfDone()
  }

  private func finishIfDone() {
    guard receivedBytes == total, sentBytes == total, channel?.pendingBytes == 0, endsFirst else {
      return
    }
    channel?.close()
  }

  func flush() { pump() }

  func drained() {
    pump()
    finishIfDone()
  }

  func closed(_ reason: ChannelClosure) {
    channel = nil
    guard receivedBytes == total else { return end("\(receivedBytes) of \(total), \(reason)") }
    // Ciphertext is a little longer than the block that it carries.
    guard mostPending <= blockBytes + blockBytes / 64 + 1024 else {
      return end("\(mostPending) bytes were pending")
    }
    end("good")
  }

  private func end(_ text: String) {
    done.yield(text)
    done.finish()
  }

  func result() async -> String {
    for await text in finished { return text }
    return "no result in time"
  }
}

@Suite("Bulk transfer", .timeLimit(.minutes(2)))
struct TransferTests {
  @Test("64 MiB go both ways at once, with pauses, in order and with bounded memory")
  func bothWays() async throws {
    let fixture = try Fixture()
    let total = 64 * 1024 * 1024
    let there = Pump(total: total, blockBytes: 300_000, endsFirst: false)
    let transport = try TLSServerTransport(
      loops: fixture.loops,
      listenOn: [.address(.tcp(host: "127.0.0.1", port: 0))],
      identity: fixture.identity(role: "gateway"),
      policy: TLSListenerPolicy(clientCertificate: .required)
    )
    try await transport.start { _ in there }
    let client = try TLSClientTransport(
      loops: fixture.loops,
      identity: fixture.identity(role: "trainer"),
      verification: .service(suite: "test", roles: ["gateway"])
    )
    let here = Pump(total: total, blockBytes: 300_000, endsFirst: true)
    client.connect(to: try #require(transport.addresses.first), on: fixture.loops.loops[1]) { here }
    #expect(await here.result() == "good")
    #expect(await there.result() == "good")
    await fixture.end()
  }

  @Test("The same over a socket pair")
  func socketPair() async throws {
    let loops = LoopGroup(threadCount: 2)
    let pair = try SocketPair()
    let total = 32 * 1024 * 1024
    let here = Pump(total: total, blockBytes: 300_000, endsFirst: true)
    let there = Pump(total: total, blockBytes: 300_000, endsFirst: false)
    try SocketPairTransport.adopt(pair.host, on: loops.loops[0]) { here }
    try SocketPairTransport.adopt(pair.worker, on: loops.loops[1]) { there }
    #expect(await here.result() == "good")
    #expect(await there.result() == "good")
    await loops.shutdown()
  }

  @Test("A side that does not read makes the other side's bytes wait, until it reads again")
  func backPressure() async throws {
    let fixture = try Fixture()
    let server = try await fixture.server(answer: .nothing)
    let client = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    _ = try await client.opened()
    let serverSide = try await server.probe()
    _ = try await serverSide.opened()
    await withCheckedContinuation { continuation in
      serverSide.onItsLoop { channel in
        channel.setReading(false)
        continuation.resume()
      }
    }
    // More than the kernel's buffers of both sides hold.
    let byteCount = 64 * 1024 * 1024
    let pending = await withCheckedContinuation { continuation in
      client.onLoop(fixture.loop) { channel in
        let output = ByteOutput()
        output.append(Bytes.filled(byteCount))
        channel.send(output)
        continuation.resume(returning: channel.pendingBytes)
      }
    }
    #expect(pending > byteCount / 4)
    #expect(serverSide.input.count == 0)
    serverSide.onItsLoop { $0.setReading(true) }
    #expect(try await serverSide.bytes(byteCount).count == byteCount)
    try await client.next { $0 == .drained ? () : nil }
    let left = await withCheckedContinuation { continuation in
      client.onLoop(fixture.loop) { continuation.resume(returning: $0.pendingBytes) }
    }
    #expect(left == 0)
    await fixture.end()
  }
}
