import Glibc

/// What settings are read from. Precedence: flags, environment, YAML file, defaults.
public struct SettingsSources: Sendable {
  /// Without the executable's name.
  public var arguments: [String]
  public var environment: [String: String]
  public var readFile: @Sendable (_ path: String) throws(FileReadFailure) -> [UInt8]

  public init(
    arguments: [String],
    environment: [String: String],
    readFile: @escaping @Sendable (String) throws(FileReadFailure) -> [UInt8] =
      SettingsSources.readSmallFile
  ) {
    self.arguments = arguments
    self.environment = environment
    self.readFile = readFile
  }

  /// Reads a file of at most 1 MiB and one byte; more is cut, and the reader then refuses it.
  public static let readSmallFile: @Sendable (String) throws(FileReadFailure) -> [UInt8] = {
    path throws(FileReadFailure) in
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileReadFailure(errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileReadFailure(errno: errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw FileReadFailure(errno: EISDIR) }
    let limit = YAMLReader.maximumBytes + 1
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count < limit {
      let count = read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw FileReadFailure(errno: errno) }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }
}

/// Why a file cannot be read.
public struct FileReadFailure: Error, Sendable, Equatable, CustomStringConvertible {
  public let errno: Int32
  public init(errno: Int32) { self.errno = errno }
  public var description: String { String(cString: strerror(errno)) }
}
