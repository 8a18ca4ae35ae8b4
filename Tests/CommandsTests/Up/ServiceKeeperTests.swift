import DurableFiles
import Glibc
import Primitives
import Synchronization
import Testing

@testable import Commands

/// A keeper of a real balancer, with real files, certificates and ports.
@Suite("Keeping a real service", .timeLimit(.minutes(10)))
struct ServiceKeeperTests {
  private final class World: Sendable {
    let keeper: ServiceKeeper
    private let changes = WakeUp()
    private let texts: Texts

    private final class Texts: Sendable {
      let all = Mutex<[String]>([])
    }

    var said: [String] { texts.all.withLock { $0 } }

    init(_ folder: String) throws {
      let layout = StateLayout(folder)
      for place in [layout.logs, layout.service(ServiceSuite.balancer)] { try layout.make(place) }
      _ = try DevelopmentAuthority(layout: layout).prepare()
      var ports = PortPlan()
      var generator = SystemRandomNumberGenerator()
      try ports.fill(wanted: [:], isFree: LoopbackSocket.isFree, using: &generator)
      let suite = ServiceSuite(layout, ports, engine: nil)
      let (texts, changes) = (Texts(), changes)
      self.texts = texts
      keeper = try ServiceKeeper(
        try #require(suite.plan(ServiceSuite.balancer)),
        ServiceKeeper.Setting(
          layout: layout,
          registry: suite.registry,
          executables: UpSettings.ownFolder,
          environment: [:],
          // Short, so that the test is: one that is killed for nothing only starts once more.
          liveness: Liveness.Limits(
            interval: .milliseconds(100),
            answerSeconds: 2,
            silenceLimit: .seconds(3)
          ),
          say: { text in texts.all.withLock { $0.append(text) } },
          changed: { changes.ring() }
        )
      )
    }

    /// Waits until the service is ready as another process than this.
    func ready(otherThan process: ProcessIdentity? = nil) async -> ProcessIdentity? {
      while true {
        let record = keeper.record
        if record.phase == .ended { return nil }
        if record.phase == .ready, let now = record.process, now != process { return now }
        await changes.wait()
      }
    }
  }

  @Test("one that hangs after it was ready is killed and started again")
  func hangs() async throws {
    try await TemporaryFolder.with { folder in
      let world = try World(folder)
      world.keeper.start()
      let first = try #require(await world.ready())
      first.signal(SIGSTOP)
      let second = try #require(await world.ready(otherThan: first))
      #expect(!first.isAlive && second.isAlive)
      #expect(world.said.contains { $0.contains("has not answered for") }, "\(world.said)")
      #expect(world.keeper.record.restartCount >= 1)
      await world.keeper.stop(grace: .seconds(240))
      #expect(!second.isAlive)
      #expect(world.keeper.phase == .ended)
    }
  }

  @Test("a stop while a process is being made returns when that one is gone", arguments: 0..<6)
  func stopWhileStarting(round: Int) async throws {
    try await TemporaryFolder.with { folder in
      let world = try World(folder)
      world.keeper.start()
      // From "not begun" to "just made".
      for _ in 0..<(round * 20) { await Task.yield() }
      await world.keeper.stop(grace: .seconds(240))
      #expect(world.keeper.phase == .ended)
      #expect(world.keeper.record.process == nil)
      #expect(try processes(below: folder).isEmpty)
    }
  }

  /// Those that name the folder in their command line.
  private func processes(below folder: String) throws -> [String] {
    try Folder.names(in: "/proc").filter { Int32($0) != nil }.filter { name in
      // A process may end while it is looked at.
      let line = (try? SmallFile.read("/proc/\(name)/cmdline", limitBytes: 1 << 20))?.array ?? []
      return String(decoding: line, as: UTF8.self).contains(folder)
    }
  }
}
