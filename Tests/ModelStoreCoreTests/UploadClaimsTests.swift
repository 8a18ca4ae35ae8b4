import ModelStoreCore
import Primitives
import Testing

@Suite("The claims of uploads")
struct UploadClaimsTests {
  private let blob = key(1)
  private let start = Instant(nanoseconds: 0)

  private static func key(_ byte: UInt8, account: String = "default") -> BlobKey {
    BlobKey(account: account, sha256: Bytes([byte]))
  }

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
    _ = try claims.claim(UploadClaimsTests.key(2), now: start)
    let second = refused { () throws(StoreProblem) in _ = try claims.claim(blob, now: start) }
    guard case .conflict = second else {
      Issue.record("\(String(describing: second))")
      return
    }
    // Nobody learns from a refusal what others upload.
    _ = try claims.claim(UploadClaimsTests.key(1, account: "other"), now: start)
    claims.release(first)
    #expect(claims.count == 2)
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
    _ = try claims.claim(UploadClaimsTests.key(1), now: start)
    _ = try claims.claim(UploadClaimsTests.key(2), now: start)
    let refusal = refused { () throws(StoreProblem) in
      _ = try claims.claim(UploadClaimsTests.key(3), now: start)
    }
    guard case .exhausted = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    // A place that is taken over is no new one.
    _ = try claims.claim(UploadClaimsTests.key(2), now: start + .seconds(60))
  }

  private func room(_ free: UInt64, _ claims: UploadClaims) -> UploadClaims.Room {
    UploadClaims.Room(freeBytes: free, promisedBytes: claims.promisedBytes, reserveBytes: 10)
  }

  @Test("room on the disk is promised once, to the byte, and is free again with its upload")
  func room() throws {
    var claims = UploadClaims(idleLimit: .seconds(60))
    let first = try claims.claim(blob, now: start)
    let second = try claims.claim(UploadClaimsTests.key(2), now: start)
    try claims.promise(60, to: first, of: room(100, claims))
    let refusal = refused { () throws(StoreProblem) in
      try claims.promise(31, to: second, of: room(100, claims))
    }
    guard case .exhausted(let text) = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    for part in ["31 bytes are needed", "the 100 that are free", "60 are promised", "10 stay free"]
    {
      #expect(text.contains(part), "\(text)")
    }
    try claims.promise(30, to: second, of: room(100, claims))
    #expect(claims.promisedBytes == 90)
    // 20 bytes lie on the disk now, so 80 are free.
    claims.wrote(20, first)
    #expect(claims.promisedBytes == 70)
    claims.release(first)
    #expect(claims.promisedBytes == 30)
    claims.release(first)
    #expect(claims.promisedBytes == 30)
    // The one that takes the place has been promised nothing yet.
    _ = try claims.claim(UploadClaimsTests.key(2), now: start + .seconds(60))
    claims.wrote(5, second)
    claims.release(second)
    #expect(claims.promisedBytes == 0)
  }

  @Test(
    "more than the disk has is refused without a sum that overflows",
    arguments: [
      UInt64.max, 1 << 63, 101,
    ]
  )
  func hugeRoom(_ needed: UInt64) throws {
    var claims = UploadClaims(idleLimit: .seconds(60))
    let claim = try claims.claim(blob, now: start)
    let refusal = refused { () throws(StoreProblem) in
      try claims.promise(needed, to: claim, of: room(100, claims))
    }
    #expect(refusal != nil)
    #expect(claims.promisedBytes == 0)
  }
}
