import RPC
import Testing

@testable import TrainerServer

@Suite("Those who watch a job")
struct JobSignalsTests {
  @Test("a watcher wakes at once, then on changes of its own job; a slow one has one wake-up")
  func wakes() async throws {
    let signals = JobSignals()
    let watch = try signals.watch("a")
    var changes = watch.changes.makeAsyncIterator()
    #expect(await changes.next() != nil)
    for _ in 0..<5 { signals.changed("a") }
    signals.changed("b")
    #expect(await changes.next() != nil)
    watch.leave()
    signals.end()
    // Nothing was left for it after those five became one.
    let left = Task { () -> Bool in
      var changes = watch.changes.makeAsyncIterator()
      return await changes.next() == nil
    }
    left.cancel()
    #expect(await left.value)
  }

  @Test("places are bounded, and one that is left is free again")
  func bounded() throws {
    let signals = JobSignals()
    let watches = try (0..<JobSignals.watcherLimit).map { try signals.watch("\($0 % 7)") }
    let error = #expect(throws: RPCError.self) { try signals.watch("a") }
    #expect(error?.code == .resourceExhausted)
    watches[3].leave()
    _ = try signals.watch("a")
  }

  @Test("when the service ends, all watches end, later ones too")
  func ends() async throws {
    let signals = JobSignals()
    let before = try signals.watch("a")
    signals.end()
    let after = try signals.watch("a")
    for watch in [before, after] { for await _ in watch.changes {} }
  }
}
