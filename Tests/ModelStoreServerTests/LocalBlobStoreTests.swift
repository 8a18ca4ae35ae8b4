import Digests
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
    #expect(try await next.presence(of: digest) == .present(sizeBytes: 100_000))
  }

  @Test("a later store goes on with an upload, and its digest counts what was there before")
  func resumes() async throws {
    let folder = try TemporaryFolder()
    let first = try await folder.blobStore().beginUpload(of: digest)
    try await first.open(at: 0, sizeBytes: 100_000)
    try await first.append(bytes.slice(0..<70_000))
    try await first.keep()

    let store = try folder.blobStore()
    #expect(try await store.presence(of: digest) == .partial(bytes: 70_000))
    let second = try await store.beginUpload(of: digest)
    // From before the end of what is there.
    try await second.open(at: 60_000, sizeBytes: 100_000)
    #expect(try await store.presence(of: digest) == .partial(bytes: 60_000))
    try await second.append(bytes.slice(60_000..<100_000))
    #expect(try await second.hasRightDigest())
    #expect(try await second.publish() == 100_000)
    let contents = try await store.contents(of: digest)
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
    let path = "\(folder.path)/uploads/\(digest.hex)"
    let file = try #require(try DiskFile.changing(path))
    try [UInt8(0xFF)].withUnsafeBytes { try file.write($0, at: 12_345) }
    let second = try await store.beginUpload(of: digest)
    try await second.open(at: 70_000, sizeBytes: 100_000)
    try await second.append(bytes.slice(70_000..<100_000))
    #expect(try await second.hasRightDigest() == false)
    try await second.discard()
    #expect(try await store.presence(of: digest) == .absent)
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
    await #expect(throws: StoreProblem.self) { _ = try await silent.publish() }
    silent.leave()
    try await next.append(bytes)
    #expect(try await next.hasRightDigest())
    _ = try await next.publish()
    #expect(try await store.presence(of: digest) == .present(sizeBytes: 100_000))
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
    #expect(try await store.presence(of: digest) == .partial(bytes: 1000))
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
      #expect(utimensat(AT_FDCWD, "\(folder.path)/uploads/\(digest.hex)", [past, past], 0) == 0)
      return (digest, upload)
    }
    let (old, oldUpload) = try await begin("old", ageSeconds: 100)
    let (young, youngUpload) = try await begin("young", ageSeconds: 10)
    let (busy, busyUpload) = try await begin("busy", ageSeconds: 100)
    oldUpload.leave()
    youngUpload.leave()
    #expect(try await store.removeAbandoned(after: .seconds(50)) == 1)
    #expect(try await store.presence(of: old) == .absent)
    #expect(try await store.presence(of: young) == .partial(bytes: 9))
    #expect(try await store.presence(of: busy) == .partial(bytes: 9))
    busyUpload.leave()
    #expect(try await store.removeAbandoned(after: .seconds(50)) == 1)
    #expect(try await store.presence(of: busy) == .absent)
  }

  @Test("an upload that the disk has no room for is refused before it begins")
  func noRoom() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.blobStore()
    let upload = try await store.beginUpload(of: digest)
    await #expect(throws: DiskFailure("take an upload of \(UInt64(1) << 60) bytes", code: ENOSPC)) {
      try await upload.open(at: 0, sizeBytes: 1 << 60)
    }
  }

  @Test("a link in the place of an upload is not followed")
  func link() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.blobStore()
    let target = "\(folder.path)/target"
    _ = try DiskFile.making(target)
    #expect(symlink(target, "\(folder.path)/uploads/\(digest.hex)") == 0)
    await #expect(throws: DiskFailure.self) { _ = try await store.beginUpload(of: digest) }
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
      #expect(ErrorMapping.rpcError(DiskFailure("write", code: number)).code == code)
    }
  }
}
