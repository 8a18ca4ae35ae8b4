import Digests
import DurableFiles
import Glibc
import ModelStoreCore
import Primitives
import RPC
import Testing

@testable import ModelStoreServer

@Suite("Blobs on the local disk")
struct LocalBlobStoreTests {
  private let bytes = Bytes((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
  private var digest: SHA256Digest { SHA256Hasher.digest(bytes) }

  @Test("a blob lies under its digest, read-only, and the next store finds and counts it")
  func publishes() async throws {
    let folder = try TemporaryFolder()
    let digest = try await folder.blobStore().add(bytes)
    let path = "\(folder.path)/blobs/sha256/\(digest.hex.prefix(2))/\(digest.hex)"
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o400)
    #expect(try FileDigest.sha256(path: path).digest == digest)
    let next = try folder.blobStore()
    #expect(next.totals == BlobTotals(blobCount: 1, blobBytes: 100_000, uploadCount: 0))
    #expect(try await next.contents(of: digest)?.sizeBytes == 100_000)
  }

  @Test("a later store goes on with an upload, and its digest counts what was there before")
  func resumes() async throws {
    let folder = try TemporaryFolder()
    let first = try await folder.blobStore().beginUpload(of: digest)
    try await first.open(at: 0, sizeBytes: 100_000)
    try await first.append(bytes.slice(0..<70_000))
    try await first.keep()

    let store = try folder.blobStore()
    #expect(try await store.beginning(of: digest) == 70_000)
    let second = try await store.beginUpload(of: digest)
    // From before the end of what is there.
    try await second.open(at: 60_000, sizeBytes: 100_000)
    #expect(try await store.beginning(of: digest) == 60_000)
    try await second.append(bytes.slice(60_000..<100_000))
    #expect(try await second.hasRightDigest())
    #expect(try await second.publish { _ in } == 100_000)
    let contents = try #require(try await store.contents(of: digest))
    #expect(try contents.read(at: 0, count: 200_000) == bytes)
    #expect(try contents.mapped() == bytes)
  }

  @Test("what was damaged on the disk between two uploads is found by the digest")
  func damaged() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.blobStore()
    let first = try await store.beginUpload(of: digest)
    try await first.open(at: 0, sizeBytes: 100_000)
    try await first.append(bytes.slice(0..<70_000))
    try await first.keep()
    let path = "\(folder.path)/uploads/\(digest.hex)-default"
    let file = try #require(try OpenFile.changing(path))
    try [UInt8(0xFF)].withUnsafeBytes { try file.write($0, at: 12_345) }
    let second = try await store.beginUpload(of: digest)
    try await second.open(at: 70_000, sizeBytes: 100_000)
    try await second.append(bytes.slice(70_000..<100_000))
    #expect(try await second.hasRightDigest() == false)
    try await second.discard()
    #expect(try await store.beginning(of: digest) == 0)
    #expect(store.totals == BlobTotals())
  }

  @Test("a silent upload gives way, and can then neither write nor publish")
  func givesWay() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.blobStore(uploadIdle: .zero)
    let silent = try await store.beginUpload(of: digest)
    try await silent.open(at: 0, sizeBytes: 100_000)
    let next = try await store.beginUpload(of: digest)
    try await next.open(at: 0, sizeBytes: 100_000)
    await #expect(throws: StoreProblem.self) { try await silent.append(bytes.slice(0..<10)) }
    await #expect(throws: StoreProblem.self) { _ = try await silent.publish { _ in } }
    silent.leave()
    try await next.append(bytes)
    #expect(try await next.hasRightDigest())
    _ = try await next.publish { _ in }
    #expect(try await store.contents(of: digest)?.sizeBytes == 100_000)
  }

  @Test("what came is kept although the task was cancelled")
  func keepsWhenCancelled() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.blobStore()
    let upload = try await store.beginUpload(of: digest)
    try await upload.open(at: 0, sizeBytes: 100_000)
    try await upload.append(bytes.slice(0..<1000))
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      try await upload.keep()
    }
    task.cancel()
    try await task.value
    #expect(try await store.beginning(of: digest) == 1000)
    #expect(store.totals.uploadCount == 0)
  }

  @Test("beginnings that nobody goes on with are removed, those in work are not")
  func abandoned() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.blobStore()
    func begin(_ text: String, ageSeconds: Int) async throws -> (SHA256Digest, any BlobUpload) {
      let digest = SHA256Hasher.digest(text)
      let upload = try await store.beginUpload(of: digest)
      try await upload.open(at: 0, sizeBytes: 100)
      try await upload.append(Bytes("beginning"))
      let past = timespec(tv_sec: time(nil) - ageSeconds, tv_nsec: 0)
      #expect(
        utimensat(AT_FDCWD, "\(folder.path)/uploads/\(digest.hex)-default", [past, past], 0) == 0
      )
      return (digest, upload)
    }
    let (old, oldUpload) = try await begin("old", ageSeconds: 100)
    let (young, youngUpload) = try await begin("young", ageSeconds: 10)
    let (busy, busyUpload) = try await begin("busy", ageSeconds: 100)
    oldUpload.leave()
    youngUpload.leave()
    #expect(try await store.removeAbandoned(after: .seconds(50)) == 1)
    #expect(try await store.beginning(of: old) == 0)
    #expect(try await store.beginning(of: young) == 9)
    #expect(try await store.beginning(of: busy) == 9)
    busyUpload.leave()
    #expect(try await store.removeAbandoned(after: .seconds(50)) == 1)
    #expect(try await store.beginning(of: busy) == 0)
  }

  @Test(
    "an upload that the disk has no room for is refused before it begins, and what is kept stays"
  )
  func noRoom() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.blobStore { _ throws(FileError) in 101_000 }
    let first = try await store.beginUpload(of: digest)
    try await first.open(at: 0, sizeBytes: 100_000)
    #expect(store.totals.promisedBytes == 100_000)
    try await first.append(bytes.slice(0..<70_000))
    #expect(store.totals.promisedBytes == 30_000)
    // Both together are too large, each alone is not.
    let other = SHA256Hasher.digest("other")
    let second = try await store.beginUpload(of: other)
    do {
      try await second.open(at: 0, sizeBytes: 70_001)
      Issue.record("room was promised twice")
    } catch let problem as StoreProblem {
      #expect(ErrorMapping.rpcError(problem).code == .resourceExhausted)
    }
    second.leave()
    try await first.keep()
    #expect(store.totals.promisedBytes == 0)
    let third = try await store.beginUpload(of: other)
    try await third.open(at: 0, sizeBytes: 70_001)
    third.leave()
    let again = try await store.beginUpload(of: digest)
    await #expect(throws: StoreProblem.self) {
      try await again.open(at: 10, sizeBytes: 1 << 60)
    }
    again.leave()
    #expect(try await store.beginning(of: digest) == 70_000)
  }

  @Test("what one account has sent of a blob is nothing to another, and both have it in one file")
  func accounts() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.blobStore()
    let theirs = BlobKey(account: "other", sha256: Bytes(digest.bytes))
    let first = try await store.beginUpload(of: digest)
    try await first.open(at: 0, sizeBytes: 100_000)
    try await first.append(bytes.slice(0..<70_000))
    try await first.keep()
    #expect(try await store.beginning(of: theirs) == 0)
    try await store.add(bytes)
    // A file that was damaged meanwhile is healed by the next whole upload.
    let path = "\(folder.path)/blobs/sha256/\(digest.hex.prefix(2))/\(digest.hex)"
    #expect(chmod(path, 0o600) == 0)
    let file = try #require(try OpenFile.changing(path))
    try [UInt8(0xFF)].withUnsafeBytes { try file.write($0, at: 12_345) }
    let second = try await store.beginUpload(of: theirs)
    try await second.open(at: 0, sizeBytes: 100_000)
    try await second.append(bytes)
    #expect(try await second.publish { _ in } == 100_000)
    #expect(try FileDigest.sha256(path: path).digest == digest)
    #expect(store.totals == BlobTotals(blobCount: 1, blobBytes: 100_000))
  }

  @Test("while a blob is published it is not removed, and while it is removed not published")
  func turns() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.blobStore()
    let digest = digest
    let upload = try await store.beginUpload(of: digest)
    try await upload.open(at: 0, sizeBytes: 100_000)
    try await upload.append(bytes)
    _ = try await upload.publish { _ in
      // The name is there, and whose it is not yet written down.
      #expect(try await store.contents(of: digest)?.sizeBytes == 100_000)
      let removal = try await store.remove(digest) {
        Issue.record("asked while it is published")
        return .lastOwner
      }
      #expect(removal == .kept)
    }
    let next = try await store.beginUpload(of: digest)
    try await next.open(at: 0, sizeBytes: 100_000)
    try await next.append(bytes)
    let reader = try #require(try await store.contents(of: digest))
    #expect(try await store.remove(digest) { .kept } == .kept)
    #expect(store.totals.blobCount == 1)
    let removal = try await store.remove(digest) {
      await #expect(throws: StoreProblem.self) { _ = try await next.publish { _ in } }
      return .lastOwner
    }
    #expect(removal == .lastOwner)
    #expect(try await store.contents(of: digest)?.sizeBytes == nil)
    #expect(try reader.read(at: 0, count: 200_000) == bytes)
    #expect(store.totals == BlobTotals(uploadCount: 1))
    // What was refused is not lost.
    #expect(try await next.publish { _ in } == 100_000)
    #expect(store.totals == BlobTotals(blobCount: 1, blobBytes: 100_000))
  }

  @Test("a link in the place of an upload is not followed")
  func link() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.blobStore()
    let target = "\(folder.path)/target"
    _ = try OpenFile.making(target)
    #expect(symlink(target, "\(folder.path)/uploads/\(digest.hex)-default") == 0)
    await #expect(throws: FileError.self) { _ = try await store.beginning(of: digest) }
    let upload = try await store.beginUpload(of: digest)
    await #expect(throws: FileError.self) { try await upload.open(at: 0, sizeBytes: 100) }
  }

  @Test("each error of the store has its code")
  func codes() {
    let table: [(StoreProblem, StatusCode)] = [
      (.invalid("x"), .invalidArgument), (.missing("x"), .notFound),
      (.notYet("x"), .failedPrecondition), (.outOfRange("x"), .outOfRange),
      (.conflict("x"), .aborted), (.exhausted("x"), .resourceExhausted), (.damaged("x"), .dataLoss),
    ]
    for (problem, code) in table { #expect(ErrorMapping.rpcError(problem) == RPCError(code, "x")) }
    let disk: [(CInt, StatusCode)] = [
      (ENOSPC, .resourceExhausted), (EDQUOT, .resourceExhausted), (EMFILE, .unavailable),
      (EIO, .internal),
    ]
    for (number, code) in disk {
      #expect(ErrorMapping.rpcError(FileError(.write, "a", .system(number))).code == code)
    }
  }
}
