/// Finds a method by the bytes of its path, without making a string. Built once, then constant.
public struct Router: Sendable {
  public let methods: [Method]
  private let paths: [[UInt8]]
  /// Open addressing; a power of two at least twice the number of methods. -1 = free.
  private let table: [Int32]

  public enum DuplicateMethod: Error, Equatable { case path(String) }

  public init(_ methods: [Method]) throws(DuplicateMethod) {
    self.methods = methods
    paths = methods.map { Array($0.path.utf8) }
    var size = 16
    while size < methods.count * 2 { size *= 2 }
    var table = [Int32](repeating: -1, count: size)
    for (index, path) in paths.enumerated() {
      var slot = path.withUnsafeBytes { Router.hash($0) } & (size - 1)
      while table[slot] >= 0 {
        if paths[Int(table[slot])] == path { throw .path(methods[index].path) }
        slot = (slot + 1) & (size - 1)
      }
      table[slot] = Int32(index)
    }
    self.table = table
  }

  /// The index in `methods`; nil when there is no such method.
  public func lookup(_ path: UnsafeRawBufferPointer) -> Int? {
    var slot = Router.hash(path) & (table.count - 1)
    while table[slot] >= 0 {
      let index = Int(table[slot])
      if isPath(index, path) { return index }
      slot = (slot + 1) & (table.count - 1)
    }
    return nil
  }

  /// Eight bytes at a time, as they are hashed.
  private func isPath(_ index: Int, _ path: UnsafeRawBufferPointer) -> Bool {
    paths[index].withUnsafeBytes { own in
      guard own.count == path.count else { return false }
      var offset = 0
      while offset + 8 <= own.count {
        let left = own.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let right = path.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        guard left == right else { return false }
        offset += 8
      }
      return own[offset...].elementsEqual(path[offset...])
    }
  }

  /// FNV-1a over eight bytes at a time. The keys are our own methods' names, fixed before any
  /// peer speaks, so a peer that knows the hash gains nothing.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var index = 0
    while index + 8 <= bytes.count {
      hash = (hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 0x100_0000_01B3
      hash ^= hash >> 29
      index += 8
    }
    while index < bytes.count {
      hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3
      index += 1
    }
    return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & 0x7FFF_FFFF)
  }
}
