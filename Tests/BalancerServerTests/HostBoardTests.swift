import BalancerCore
import Discovery
import DiscoveryCore
import Primitives
import Protocols
import Testing

@testable import BalancerServer

@Suite("Who counts as a host")
struct HostBoardTests {
  private var board = HostBoard()
  private let grace = Duration.seconds(30)

  private mutating func look(_ statuses: InstanceStatus..., at seconds: Double) -> Set<String> {
    board.update(statuses, now: at(seconds))
  }

  private func presence(
    planned: [String] = [],
    isSettled: Bool = true,
    at seconds: Double
  ) -> [String: HostPresence] {
    board.presence(
      planned: planned,
      isSettled: isSettled,
      grace: grace,
      now: BalancerServerTests.at(seconds)
    )
  }

  @Test("Connected managed hosts are present; those of other pools take no part")
  mutating func pools() {
    _ = look(status("a"), status("b", pool: "self-hosted"), at: 0)
    #expect(presence(at: 0) == ["a": .present])
    #expect(board.takeDue(now: at(0), limit: 9).map(\.key.id) == ["a"])
  }

  @Test("One that is listed and out of reach is away, and given up after the grace")
  mutating func outOfReach() {
    _ = look(status("a"), at: 0)
    _ = look(status("a", isConnected: false), at: 5)
    #expect(presence(at: 29) == ["a": .away])
    #expect(presence(at: 30) == [:])
    _ = look(status("a"), at: 31)
    #expect(presence(at: 31) == ["a": .present])
  }

  @Test("One that drains keeps what it has")
  mutating func draining() {
    _ = look(status("a", condition: .draining), at: 0)
    #expect(presence(at: 0) == ["a": .away])
  }

  @Test("Until the registry is settled, hosts of the last plan count as away")
  mutating func settling() {
    _ = look(status("a"), at: 0)
    #expect(presence(planned: ["a", "b"], isSettled: false, at: 9) == ["a": .present, "b": .away])
    #expect(presence(planned: ["a", "b"], at: 16) == ["a": .present])
  }

  @Test("While the whole pool is down, nobody is given up")
  mutating func poolDown() {
    _ = look(status("a"), status("b"), at: 0)
    _ = look(status("b", condition: .draining), at: 5)
    #expect(presence(planned: ["a", "b"], at: 5) == ["a": .away, "b": .away])
    _ = look(at: 100)
    #expect(presence(planned: ["a", "b"], at: 100) == ["a": .away, "b": .away])
    _ = look(status("b", generation: 2), at: 101)
    #expect(presence(planned: ["a", "b"], at: 101) == ["b": .present])
  }

  @Test("One that started anew is asked at once, and its old word is forgotten")
  mutating func restart() {
    _ = look(status("a"), at: 0)
    _ = board.takeDue(now: at(0), limit: 9)
    let isOurs = board.answered(
      "a",
      generation: 1,
      [report("x", .ready)],
      orderAt: at(2),
      now: at(0)
    )
    #expect(isOurs)
    #expect(board.hosts["a"]?.reports?.count == 1)
    #expect(board.takeDue(now: at(1), limit: 9).isEmpty)
    #expect(look(status("a", generation: 2), at: 1) == ["a"])
    #expect(board.hosts["a"]?.reports == nil)
    #expect(board.takeDue(now: at(1), limit: 9).count == 1)
    let isLate = board.answered("a", generation: 1, [], orderAt: at(2), now: at(1))
    #expect(!isLate)
    #expect(look(at: 2) == ["a"])
  }

  @Test("One that refuses its orders for long gets nothing new, until it obeys")
  mutating func refusing() {
    _ = look(status("a"), at: 0)
    board.failed("a", orderAt: at(1), now: at(0))
    #expect(presence(at: 9) == ["a": .present])
    #expect(presence(at: 10) == ["a": .away])
    _ = board.answered("a", generation: 1, [], orderAt: at(12), now: at(11))
    #expect(presence(at: 11) == ["a": .present])
  }

  @Test("Orders under way are bounded, and one a host")
  mutating func bound() {
    _ = look(status("a"), status("b"), status("c"), at: 0)
    #expect(board.takeDue(now: at(0), limit: 2).map(\.key.id) == ["a", "b"])
    #expect(board.takeDue(now: at(0), limit: 2).isEmpty)
    _ = board.answered("a", generation: 1, [], orderAt: at(5), now: at(0))
    #expect(board.takeDue(now: at(0), limit: 2).map(\.key.id) == ["c"])
    #expect(board.nextOrderAt == at(5))
  }
}
