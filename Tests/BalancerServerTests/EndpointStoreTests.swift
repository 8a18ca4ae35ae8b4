import BalancerCore
import Foundation
import Primitives
import Testing

@testable import BalancerServer

/// What every store must do.
@Suite("Endpoints on disk")
struct EndpointStoreTests {
  @Test("What was created is loaded as it was")
  func roundTrip() async throws {
    let store = try EmbeddedEndpointStore()
    var first = record("a")
    first.revision = 7
    let second = record("b", id: "id-2", kind: .selfHosted, phase: .inService)
    #expect(try await store.create(second, limit: 10) == .created)
    #expect(try await store.create(first, limit: 10) == .created)
    #expect(try await store.load().endpoints == [first, second])
  }

  @Test("A taken name answers with who has it, and a full store takes no more")
  func taken() async throws {
    let store = try EmbeddedEndpointStore()
    let first = record("a")
    _ = try await store.create(first, limit: 1)
    #expect(try await store.create(record("a", id: "id-2"), limit: 1) == .existing(first))
    #expect(try await store.create(record("b", id: "id-3"), limit: 1) == .full)
    #expect(try await store.load().endpoints == [first])
  }

  @Test("Each account has names of its own")
  func accounts() async throws {
    let store = try EmbeddedEndpointStore()
    let (first, other) = (record("a"), record("a", id: "id-2", account: "acme"))
    #expect(try await store.create(first, limit: 9) == .created)
    #expect(try await store.create(other, limit: 9) == .created)
    #expect(try await store.load().endpoints == [other, first])
  }

  @Test("A phase is set only where the row is as the caller saw it")
  func compareAndSet() async throws {
    let store = try EmbeddedEndpointStore()
    let first = record("a")
    _ = try await store.create(first, limit: 9)
    guard
      case .now(let changed) = try await store.setPhase(
        .inService,
        of: first,
        unixMicroseconds: 9
      )
    else {
      Issue.record("the row is gone")
      return
    }
    #expect(changed.phase == .inService && changed.revision == 2)
    #expect(changed.updatedUnixMicroseconds == 9 && changed.createdUnixMicroseconds == 1)
    let late = try await store.setPhase(.failed, of: first, unixMicroseconds: 10)
    #expect(late == .now(changed), "who is behind is told what the row is")
    #expect(try await store.load().endpoints == [changed])
    #expect(try await store.remove(changed))
    #expect(try await store.remove(changed) == false)
    #expect(try await store.setPhase(.failed, of: changed, unixMicroseconds: 11) == .gone)
    #expect(try await store.load() == StoredState())
  }

  @Test("The plan is replaced as a whole")
  func plan() async throws {
    let store = try EmbeddedEndpointStore()
    try await store.savePlan(
      revision: 5,
      assignments: ["a": [key("x"), key("y")], "b": [key("x")]]
    )
    try await store.savePlan(revision: 6, assignments: ["b": [key("z")]])
    let state = try await store.load()
    #expect(state.planRevision == 6 && state.assignments == ["b": [key("z")]])
  }

  @Test("All of it is there again when the file is opened anew")
  func reopened() async throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "martlet-endpoints-\(UUID().uuidString).sqlite")
    defer {
      for end in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: file.path + end)
      }
    }
    let first = record("a")
    do {
      let store = try EmbeddedEndpointStore(path: file.path)
      _ = try await store.create(first, limit: 9)
      try await store.savePlan(revision: 5, assignments: ["a": [key("a")]])
    }
    let state = try await EmbeddedEndpointStore(path: file.path).load()
    #expect(state.endpoints == [first])
    #expect(state.planRevision == 5 && state.assignments == ["a": [key("a")]])
  }
}
