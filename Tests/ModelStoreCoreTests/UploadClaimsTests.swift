import ModelStoreCore
import Primitives
import Testing

@Suite("The claims of uploads")
struct UploadClaimsTests {
  private let blob = Bytes([1])
  private let start = Instant(nanoseconds: 0)

  private func refused(_ body: () throws(StoreProblem) -> Void) -> StoreProblem? {
    do {
      try body()
      return nil
    } catch {
      return error
    }
  }

  @Test("a blob has one writer, and another blob its own")
  func oneWriter() throws {
    var claims = UploadClaims(idleLimit: .seconds(60))
    let first = try claims.claim(blob, now: start)
    _ = try claims.claim(Bytes([2]), now: start)
    let second = refused { () throws(StoreProblem) in _ = try claims.claim(blob, now: start) }
    guard case .conflict = second else {
      Issue.record("\(String(describing: second))")
      return
    }
    claims.release(first)
    #expect(claims.count == 1)
    _ = try claims.claim(blob, now: start)
  }

  @Test("a silent writer loses its place, and hears of it at its next work")
  func silence() throws {
    var claims = UploadClaims(idleLimit: .seconds(60))
    let silent = try claims.claim(blob, now: start)
    try claims.beginWork(silent)
    claims.endWork(silent, now: start + .seconds(10))
    let early = refused { () throws(StoreProblem) in
      _ = try claims.claim(blob, now: start + .seconds(69))
    }
    #expect(early != nil)
    let next = try claims.claim(blob, now: start + .seconds(70))
    let late = refused { () throws(StoreProblem) in try claims.beginWork(silent) }
    guard case .conflict = late else {
      Issue.record("\(String(describing: late))")
      return
    }
    // What the one that lost says afterwards changes nothing for the other.
    claims.endWork(silent, now: start + .seconds(500))
    claims.release(silent)
    #expect(claims.count == 1)
    try claims.beginWork(next)
  }

  @Test("a writer whose disk is slow keeps its place")
  func slowDisk() throws {
    var claims = UploadClaims(idleLimit: .seconds(60))
    let slow = try claims.claim(blob, now: start)
    try claims.beginWork(slow)
    let refusal = refused { () throws(StoreProblem) in
      _ = try claims.claim(blob, now: start + .seconds(1000))
    }
    #expect(refusal != nil)
  }

  @Test("uploads are bounded")
  func bound() throws {
    var claims = UploadClaims(idleLimit: .seconds(60), countLimit: 2)
    _ = try claims.claim(Bytes([1]), now: start)
    _ = try claims.claim(Bytes([2]), now: start)
    let refusal = refused { () throws(StoreProblem) in
      _ = try claims.claim(Bytes([3]), now: start)
    }
    guard case .exhausted = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    // A place that is taken over is no new one.
    _ = try claims.claim(Bytes([2]), now: start + .seconds(60))
  }
}
