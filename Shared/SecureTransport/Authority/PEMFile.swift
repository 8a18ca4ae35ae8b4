import DurableFiles
import Glibc
import Primitives

/// Small files of certificates and keys.
enum PEMFile {
  /// A larger one is a mistake in the settings.
  static let limitBytes = 4 * 1024 * 1024

  static func read(_ path: String) throws(TLSConfigurationError) -> Bytes {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, "read") }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return Bytes(contents) }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path, "read")
      }
      contents.append(contentsOf: chunk[..<count])
      guard contents.count <= limitBytes else {
        throw TLSConfigurationError(file: path, "is larger than \(limitBytes) bytes")
      }
    }
  }

  /// A reader sees the old file or the new one, also after a power cut. `mode` holds whatever the
  /// umask is.
  static func write(
    _ contents: Bytes,
    to path: String,
    mode: mode_t
  ) throws(TLSConfigurationError) {
    do throws(FileError) {
      try SmallFile.replace(path, with: contents, mode: mode)
    } catch {
      throw TLSConfigurationError(file: path, "cannot be written: \(error.reason)")
    }
  }

  private static func failure(_ path: String, _ verb: String) -> TLSConfigurationError {
    TLSConfigurationError(file: path, "cannot be \(verb): \(SystemError.text(errno))")
  }
}
