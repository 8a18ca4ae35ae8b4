import COpenSSL
import NIOCore
import Primitives

/// What TLS connections of one loop share while they work: the buffer that encrypted bytes are
/// gathered in, and the record that small runs are put together in. A connection that is idle
/// holds neither.
final class CipherScratch {
  /// The most that one TLS record carries.
  static let recordBytes = 16 * 1024
  /// So much is written to the socket at once; more would fall out of the cache between its
  /// encryption and the kernel's copy.
  static let writeBytes = 128 * 1024
  /// A buffer that a burst made larger than this is given back.
  static let keepBytes = 512 * 1024

  private var output = ByteBuffer()
  private var isOutputTaken = false
  let record = UnsafeMutableRawPointer.allocate(
    byteCount: CipherScratch.recordBytes,
    alignment: 16
  )

  deinit { record.deallocate() }

  /// Room for `byteCount` bytes of plain text as they will look encrypted.
  func reserve(forPlainBytes byteCount: Int) {
    prepare()
    // 22 bytes around each record, and one more record than fits.
    output.reserveCapacity(
      minimumWritableBytes: byteCount + (byteCount / CipherScratch.recordBytes + 2) * 32
    )
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    prepare()
    output.writeBytes(bytes)
  }

  /// Encrypted bytes that were not taken yet.
  var waitingBytes: Int { isOutputTaken ? 0 : output.readableBytes }

  /// The encrypted bytes of the connection that works now; nil when there are none. Its memory is
  /// used again as soon as the socket has let go of it.
  func takeOutput() -> ByteBuffer? {
    guard !isOutputTaken, output.readableBytes > 0 else { return nil }
    isOutputTaken = true
    return output
  }

  private func prepare() {
    guard isOutputTaken else { return }
    isOutputTaken = false
    if output.capacity > CipherScratch.keepBytes {
      output = ByteBuffer()
    } else {
      output.clear()
    }
  }
}
