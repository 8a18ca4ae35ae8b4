import CProtobufC
import Primitives

/// protobuf-c by itself, on memory that is counted: an allocation each, so that the address
/// sanitizer sees where one ends, and a budget like that of the arena.
struct Sandbox {
  enum Outcome: Equatable { case message, refused, outOfBudget }

  private var left: Int
  private var isExhausted = false
  private var blocks: [UnsafeMutableRawPointer] = []

  private init(budgetBytes: Int) { left = budgetBytes }

  static func unpacks(
    _ bytes: Bytes,
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>,
    budgetBytes: Int
  ) -> Outcome {
    var sandbox = Sandbox(budgetBytes: budgetBytes)
    let isMessage = withUnsafeMutablePointer(to: &sandbox) { state in
      var allocator = ProtobufCAllocator(
        alloc: { data, size in data?.assumingMemoryBound(to: Sandbox.self).pointee.allocate(size) },
        // All blocks go at the end, as the arena's do.
        free: { _, _ in },
        allocator_data: UnsafeMutableRawPointer(state)
      )
      // protobuf-c wants an address even for no bytes.
      return bytes.withUnsafeBytes { run in
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { nothing in
          protobuf_c_message_unpack(
            descriptor,
            &allocator,
            run.count,
            run.baseAddress?.assumingMemoryBound(to: UInt8.self)
              ?? UnsafePointer(nothing.baseAddress)
          ) != nil
        }
      }
    }
    for block in sandbox.blocks { block.deallocate() }
    if isMessage { return .message }
    return sandbox.isExhausted ? .outOfBudget : .refused
  }

  private mutating func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let rounded = (max(byteCount, 1) + 7) & ~7
    guard rounded <= left else {
      isExhausted = true
      return nil
    }
    left -= rounded
    let block = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
    blocks.append(block)
    return block
  }
}
