import ModelStoreCore
import Primitives
import Testing

@Suite("What a garbage collection takes")
struct CollectionTests {
  private func blob(_ byte: UInt8, renewed: Int64, bytes: UInt64 = 10) -> StoredBlob {
    StoredBlob(sha256: Bytes([byte]), sizeBytes: bytes, renewedUnixMicroseconds: renewed)
  }

  @Test("a blob is taken when it was unused for longer than the grace, and no endpoint serves it")
  func decisions() {
    var plan = CollectionPlan(
      nowUnixMicroseconds: 10_000_000,
      grace: .seconds(4),
      served: [Bytes([9])]
    )
    #expect(plan.consider(blob(1, renewed: 5_999_999)) == .collect)
    #expect(plan.consider(blob(2, renewed: 6_000_000, bytes: 3)) == .tooRecent)
    #expect(plan.consider(blob(3, renewed: 11_000_000)) == .tooRecent)
    #expect(plan.consider(blob(9, renewed: 0)) == .served)
    #expect(plan.consider(blob(4, renewed: 0, bytes: 5)) == .collect)
    #expect(plan.garbage == CollectionPlan.Total(blobCount: 2, blobBytes: 15))
    #expect(plan.recent == CollectionPlan.Total(blobCount: 2, blobBytes: 13))
  }

  @Test("a blob is published by many or removed by one, never both")
  func turns() throws {
    var turns = BlobTurns()
    let blob = Bytes([1])
    func removes(_ sha256: Bytes) -> Bool { turns.beginRemoving(sha256) }
    try turns.beginPublishing(blob)
    try turns.beginPublishing(blob)
    turns.endPublishing(blob)
    // One still publishes.
    #expect(!removes(blob))
    #expect(removes(Bytes([2])))
    turns.endPublishing(blob)
    #expect(removes(blob))
    #expect(!removes(blob))
    do {
      try turns.beginPublishing(blob)
      Issue.record("it was published while it is removed")
    } catch {
      guard case .conflict = error else {
        Issue.record("\(error)")
        return
      }
    }
    turns.endRemoving(blob)
    try turns.beginPublishing(blob)
  }

  @Test("a deletion names what stands in its way, and nothing else does")
  func deletion() throws {
    try DeletionRules.check("version 3 of pulse", aliases: [], endpoints: [])
    let table: [([String], [String], [String])] = [
      (["champion"], [], ["version 3 of pulse", "the alias champion"]),
      ([], ["heart"], ["the endpoint heart"]),
      (["b", "a"], ["heart"], ["the aliases a, b and by the endpoint heart"]),
      ((0..<10).map { "x\($0)" }, [], ["x7 and 2 more"]),
    ]
    for (aliases, endpoints, parts) in table {
      let problem = #expect(throws: StoreProblem.self) {
        try DeletionRules.check("version 3 of pulse", aliases: aliases, endpoints: endpoints)
      }
      guard case .notYet(let text) = problem else {
        Issue.record("\(String(describing: problem))")
        continue
      }
      for part in parts { #expect(text.contains(part), "\(text)") }
    }
  }
}
