import CAllocator

/// How the allocator treats the blocks of large messages and tensors.
enum LargeBlocks {
  /// Freed memory at the end of a heap that stays with the process, in bytes.
  static let keptBytes: Int32 = 64 << 20
  /// Blocks above this go back to the kernel when they are freed, in bytes.
  static let largestKeptBytes: Int32 = 32 << 20

  /// Keeps freed blocks for the next message. By glibc's defaults a block of 128 KiB and more may
  /// go back to the kernel at once, and the next one then costs a page fault and a cleared page for
  /// every 4 KiB: a tenth of the time of a call with 256 KiB. Once a process is enough; it is cheap
  /// to call again.
  static func keepForReuse() { _ = once }

  private static let once: Bool =
    mallopt(M_MMAP_THRESHOLD, largestKeptBytes) == 1 && mallopt(M_TRIM_THRESHOLD, keptBytes) == 1
}
