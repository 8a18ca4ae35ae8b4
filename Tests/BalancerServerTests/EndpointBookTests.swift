import BalancerCore
import Protocols
import RPC
import Testing

@testable import BalancerServer

@Suite("Endpoints in memory, and who watches them")
struct EndpointBookTests {
  private let book = EndpointBook()

  private func words(_ changes: [EndpointBook.Change]) -> [String] {
    changes.map { change in
      switch change {
      case .changed(let account, let endpoint):
        "\(account)/\(endpoint.name) \(endpoint.status)"
      case .deleted(let account, let name): "\(account)/\(name) gone"
      }
    }
  }

  private func setPhase(_ phase: EndpointPhase, id: String = "id-1") {
    book.update(id: id) { $0.machine = EndpointMachine(phase: phase) }
  }

  @Test("A watcher that reads slowly gets the newest state of each, once")
  func slowWatcher() async throws {
    book.insert(entry(record("a")))
    let (number, snapshot, wakes) = try book.watch()
    #expect(words(snapshot) == ["default/a creating"])
    #expect(book.changes(for: number).isEmpty)
    book.insert(entry(record("b", id: "id-2")))
    for _ in 0..<1000 {
      setPhase(.inService)
      setPhase(.failed)
    }
    book.remove(id: "id-2")
    var iterator = wakes.makeAsyncIterator()
    #expect(await iterator.next() != nil)
    #expect(words(book.changes(for: number)) == ["default/a failed", "default/b gone"])
    #expect(book.changes(for: number).isEmpty)
    book.unwatch(number)
    setPhase(.inService)
    #expect(book.changes(for: number).isEmpty)
  }

  @Test("Counts of calls are no news; everything else is")
  func news() throws {
    book.insert(entry(record("a")))
    let (number, _, _) = try book.watch()
    func target(_ count: UInt64, isReady: Bool = true) -> EndpointTarget {
      var replica = report("a", .ready)
      replica.callCount = count
      return EndpointTarget(host: "h", address: "", replica: replica, isReady: isReady)
    }
    book.update(id: "id-1") { $0.targets = [target(1)] }
    #expect(book.changes(for: number).count == 1)
    book.update(id: "id-1") { $0.targets = [target(2)] }
    #expect(book.changes(for: number).isEmpty)
    #expect(book.entry(id: "id-1")?.targets.first?.replica?.callCount == 2)
    book.update(id: "id-1") { $0.targets = [target(2, isReady: false)] }
    #expect(book.changes(for: number).count == 1)
  }

  @Test("Watchers are bounded, and a place that is left is free again")
  func bound() throws {
    var numbers: [UInt64] = []
    for _ in 0..<EndpointBook.watcherLimit { numbers.append(try book.watch().0) }
    let refusal = #expect(throws: RPCError.self) { try book.watch() }
    #expect(refusal?.code == .resourceExhausted)
    book.unwatch(numbers[0])
    _ = try book.watch()
  }

  @Test("An endpoint gives way to a new one of its name, and what is said late of it is lost")
  func replacement() {
    let name = EndpointKey(account: "default", name: "a")
    book.insert(entry(record("a")))
    book.insert(entry(record("a", id: "id-2")))
    #expect(book.entry(name)?.record.id == "id-2" && book.entry(id: "id-1") == nil)
    book.remove(id: "id-1")
    setPhase(.failed, id: "id-1")
    #expect(book.entry(name)?.machine.phase == .creating)
    #expect(book.route(name)?.servingKey == "replicas/id-2/main")
    #expect(book.count == 1)
    book.remove(id: "id-2")
    #expect(book.entry(name) == nil && book.route(name) == nil && book.count == 0)
  }

  @Test("A name is another endpoint to another account")
  func accounts() {
    book.insert(entry(record("a")))
    book.insert(entry(record("a", id: "id-2", account: "acme")))
    let keys = ["default", "acme", "other"].map {
      book.route(EndpointKey(account: $0, name: "a"))?.servingKey
    }
    #expect(keys == ["replicas/id-1/main", "replicas/id-2/main", nil])
  }
}
