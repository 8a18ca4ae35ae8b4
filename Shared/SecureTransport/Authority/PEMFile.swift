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

  /// Writes a new file beside `path` and puts it in its place, so that a reader sees the old or the
  /// new one and never a half. `mode` holds whatever the umask is.
  static func write(
    _ contents: Bytes,
    to path: String,
    mode: mode_t
  ) throws(TLSConfigurationError) {
    let draft = "\(path).\(getpid()).new"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure(path, "written") }
    let isWritten = contents.withUnsafeBytes { bytes in
      var offset = 0
      while let start = bytes.baseAddress, offset < bytes.count {
        let count = Glibc.write(descriptor, start + offset, bytes.count - offset)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        offset += count
      }
      return fchmod(descriptor, mode) == 0 && fsync(descriptor) == 0
    }
    close(descriptor)
    guard isWritten, rename(draft, path) == 0 else {
      let error = failure(path, "written")
      unlink(draft)
      throw error
    }
  }

  private static func failure(_ path: String, _ verb: String) -> TLSConfigurationError {
    TLSConfigurationError(file: path, "cannot be \(verb): \(SystemError.text(errno))")
  }
}
