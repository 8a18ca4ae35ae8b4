import Glibc
import Primitives
import SecureTransport
import Testing
import Transport

@Suite("The socket pair of a host and its worker", .timeLimit(.minutes(5)))
struct SocketPairTests {
  @Test("Both ends exchange bytes and end in order")
  func echo() async throws {
    let loops = LoopGroup(threadCount: 2)
    let pair = try SocketPair()
    let host = Probe()
    let worker = Probe(.echo)
    try SocketPairTransport.adopt(pair.host, on: loops.loops[0]) { host }
    try SocketPairTransport.adopt(pair.worker, on: loops.loops[1]) { worker }
    #expect(try await host.opened() == .localProcess)
    #expect(try await worker.opened() == .localProcess)
    host.send("hello", on: loops.loops[0])
    #expect(try await host.bytes(5) == Array("hello".utf8))
    host.onLoop(loops.loops[0]) { $0.close() }
    #expect(try await worker.closed() == .byPeer)
    #expect(try await host.closed() == .byUs)
    await loops.shutdown()
  }

  @Test("A real process at the other end answers, and its death ends the channel")
  func otherProcess() async throws {
    let loops = LoopGroup(threadCount: 1)
    let tool = try Tool("cat", [])
    let host = Probe()
    // `cat` reads and writes the worker's end; the probe takes over a copy of ours.
    try SocketPairTransport.adopt(dup(tool.descriptor), on: loops.loops[0]) { host }
    _ = try await host.opened()
    host.send("hello", on: loops.loops[0])
    #expect(try await host.bytes(5) == Array("hello".utf8))
    tool.kill()
    #expect(try await host.closed() == .byPeer)
    await loops.shutdown()
  }

  @Test("A descriptor that is no end of a pair is refused and left alone")
  func notASocket() async throws {
    let loops = LoopGroup(threadCount: 1)
    let file = open("/dev/null", O_RDONLY)
    #expect(throws: SocketPairError.self) {
      try SocketPairTransport.adopt(file, on: loops.loops[0]) { Probe() }
    }
    #expect(close(file) == 0)
    #expect(throws: SocketPairError.self) {
      try SocketPairTransport.adopt(-1, on: loops.loops[0]) { Probe() }
    }
    await loops.shutdown()
  }

  @Test("The ends do not leak into child processes")
  func closedOnExec() throws {
    let pair = try SocketPair()
    #expect(fcntl(pair.host, F_GETFD) & FD_CLOEXEC != 0)
    #expect(fcntl(pair.worker, F_GETFD) & FD_CLOEXEC != 0)
    close(pair.host)
    close(pair.worker)
  }
}
