import NIOCore
import Primitives

/// Gathers a body in one block that grows by doubling, each block charged before it is made, so
/// that what is charged is what is held. The announced length saves the last doublings; it is
/// allocated only when half of it has come.
struct BodyBuffer {
  private let memory: RequestMemory
  private let limitBytes: Int
  private let announcedBytes: Int?
  private var storage: ByteStorage?
  private var count = 0
  private static let firstBytes = 4096

  init(_ memory: RequestMemory, limitBytes: Int, announcedBytes: Int?) {
    self.memory = memory
    self.limitBytes = limitBytes
    self.announcedBytes = announcedBytes
  }

  /// - Throws: `.tooLarge` or `.noMemory`.
  mutating func append(_ piece: ByteBuffer) throws(HTTPBodyFailure) {
    guard piece.readableBytes <= limitBytes - count else {
      throw .tooLarge(limitBytes: limitBytes)
    }
    try makeRoom(for: count + piece.readableBytes)
    guard let storage else { return }
    piece.withUnsafeReadableBytes { bytes in
      if let start = bytes.baseAddress {
        (storage.base + count).copyMemory(from: start, byteCount: bytes.count)
      }
    }
    count += piece.readableBytes
  }

  /// What was gathered; nothing may be appended any more.
  func bytes() -> Bytes {
    storage.map { Bytes(storage: $0, offset: 0, count: count) } ?? Bytes()
  }

  private mutating func makeRoom(for byteCount: Int) throws(HTTPBodyFailure) {
    let old = storage?.capacity ?? 0
    guard byteCount > old else { return }
    var capacity = max(byteCount, min(old * 2, limitBytes), BodyBuffer.firstBytes)
    if let announcedBytes, announcedBytes >= byteCount, announcedBytes <= capacity {
      capacity = max(1, announcedBytes)
    }
    guard memory.take(capacity) else { throw .noMemory }
    let larger = ByteStorage(capacity: capacity)
    if let storage { larger.base.copyMemory(from: storage.base, byteCount: count) }
    storage = larger
    // The smaller block is free from here on.
    memory.give(old)
  }
}
