import Glibc
import Primitives

/// What a person named to predict from: a file, or `-` for standard input. Read whole.
enum InputFile {
  static let standardInput = "-"

  static func name(_ path: String) -> String { path == standardInput ? "standard input" : path }

  /// - Throws: `CommandError` when it cannot be read or is longer than `limitBytes`.
  static func read(_ path: String, limitBytes: Int) throws(CommandError) -> Bytes {
    guard path == standardInput else {
      return try LocalFile(path).readAll(limitBytes: limitBytes)
    }
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
      if count == 0 { return Bytes(contents) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .file(name(path), errno)
      }
      contents += chunk[..<count]
      guard contents.count <= limitBytes else {
        throw .file(
          name(path),
          "has more than \(ValueText.bytes(Int64(limitBytes))), which is what is taken here"
        )
      }
    }
  }
}
