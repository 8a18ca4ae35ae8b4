import Glibc
import Primitives
import Processes
import RPC
import RPCRuntime
import SecureTransport
import TestProtocols
import Testing

@Suite("A worker process", .timeLimit(.minutes(5)))
struct WorkerProcessTests {
  /// The probe lies beside the tests.
  private static let probe: String = {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = max(0, readlink("/proc/self/exe", &path, path.count))
    let own = String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return own[..<(own.lastIndex(of: "/") ?? own.endIndex)] + "/worker-probe"
  }()

  private func withWorker(
    limits: WorkerLimits = WorkerLimits(),
    _ body: (WorkerProcess) async throws -> Void
  ) async throws {
    let loops = LoopGroup(threadCount: 2)
    do {
      try await run(limits, loops, body)
    } catch {
      await loops.shutdown()
      throw error
    }
    await loops.shutdown()
  }

  /// The worker goes before its loops do.
  private func run(
    _ limits: WorkerLimits,
    _ loops: LoopGroup,
    _ body: (WorkerProcess) async throws -> Void
  ) async throws {
    let worker = try WorkerProcess.start(
      executable: WorkerProcessTests.probe,
      arguments: ["worker"],
      environment: [:],
      loop: loops.loops[1],
      limits: limits
    )
    defer { worker.kill() }
    try await body(worker)
  }

  @Test("It answers calls over the pair, from tasks of any thread")
  func answers() async throws {
    try await withWorker { worker in
      let client = EchoClient(worker.channel)
      try await withThrowingTaskGroup(of: String.self) { group in
        for number in 0..<20 {
          group.addTask { try await client.unary(EchoRequest(text: "\(number)")).text }
        }
        var texts: Set<String> = []
        for try await text in group { texts.insert(text) }
        #expect(texts == Set((0..<20).map { "\($0)" }))
      }
    }
  }

  @Test("Stopped, it ends in order with code 0")
  func stops() async throws {
    try await withWorker { worker in
      _ = try await EchoClient(worker.channel).unary(EchoRequest(text: "a"))
      #expect(await worker.stop(grace: .seconds(240)) == .code(0))
    }
  }

  @Test("Stopped before its first call, it ends as well")
  func stopsUnused() async throws {
    try await withWorker { worker in
      #expect(await worker.stop(grace: .seconds(240)) == .code(0))
    }
  }

  @Test("Killed, its calls in flight end UNAVAILABLE, and so do later ones")
  func killed() async throws {
    try await withWorker { worker in
      let client = EchoClient(worker.channel)
      let error = await #expect(throws: RPCError.self) {
        try await client.serverStream(EchoRequest(text: "a", responseCount: 1_000_000)) {
          var count = 0
          for try await _ in $0 {
            count += 1
            if count == 3 { worker.kill() }
          }
        }
      }
      #expect(error?.code == .unavailable)
      #expect(await worker.exited() == .signal(SIGKILL))
      let later = await #expect(throws: RPCError.self) { try await client.unary(EchoRequest()) }
      #expect(later?.code == .unavailable)
    }
  }

  @Test("A host that is killed with -9 takes its worker along")
  func hostKilled() async throws {
    let pipe = try Pipe()
    let host = try ChildProcess.start(
      executable: WorkerProcessTests.probe,
      arguments: ["host"],
      environment: [:],
      output: .descriptor(pipe.write)
    )
    let line = pipe.line()
    let pid = try #require(pid_t(line.filter(\.isNumber)))
    #expect(kill(pid, 0) == 0)
    host.signal(SIGKILL)
    #expect(await host.exit() == .signal(SIGKILL))
    // It is now the child of init, or of whoever stands for it, and may stay a zombie there.
    let end = Instant.now + .seconds(240)
    while WorkerProcessTests.isAlive(pid), Instant.now < end { poll(nil, 0, 2) }
    #expect(!WorkerProcessTests.isAlive(pid))
  }

  private static func isAlive(_ pid: pid_t) -> Bool {
    let descriptor = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = max(0, read(descriptor, &bytes, bytes.count))
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    return !text.isEmpty && !text.contains(") Z")
  }

  @Test("Its limits are set on it")
  func limits() async throws {
    let limits = WorkerLimits(addressSpaceBytes: 8 << 30, processorSeconds: 1000, niceness: 5)
    try await withWorker(limits: limits) { worker in
      _ = try await EchoClient(worker.channel).unary(EchoRequest())
      let descriptor = open("/proc/\(worker.pid)/limits", O_RDONLY | O_CLOEXEC)
      defer { close(descriptor) }
      var bytes = [UInt8](repeating: 0, count: 8192)
      let count = max(0, read(descriptor, &bytes, bytes.count))
      let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
      let space = lines.first { $0.hasPrefix("Max address space") } ?? ""
      #expect(space.contains("8589934592"))
      let time = lines.first { $0.hasPrefix("Max cpu time") } ?? ""
      #expect(time.contains("1000") && time.contains("1005"))
      #expect(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(worker.pid)) == 5)
    }
  }

  @Test("Started by hand, it says what it is for and ends with 64")
  func byHand() async throws {
    let pipe = try Pipe()
    let child = try ChildProcess.start(
      executable: WorkerProcessTests.probe,
      arguments: ["worker"],
      environment: [:],
      errors: .descriptor(pipe.write)
    )
    pipe.closeWrite()
    #expect(await child.exit() == .code(64))
    #expect(pipe.text().contains("probe worker is started by its service"))
  }
}
