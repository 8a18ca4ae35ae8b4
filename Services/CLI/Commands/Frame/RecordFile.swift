import DurableFiles
import FoundationEssentials
import Primitives

/// Small JSON files in the folder of state.
enum RecordFile {
  /// A larger one is not ours.
  static let limitBytes = 1024 * 1024

  /// Nil when there is none.
  static func readIfPresent<Value: Decodable>(_: Value.Type, _ path: String) throws -> Value? {
    let bytes = try CommandError.ofFiles { () throws(FileError) in
      try SmallFile.read(path, limitBytes: limitBytes)
    }
    guard let bytes else { return nil }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(Value.self, from: Data(bytes.array))
    } catch {
      throw CommandError(
        "\(path) is damaged: it does not hold what `martlet up` wrote",
        remedy: "remove the file and run `martlet up` again"
      )
    }
  }

  static func read<Value: Decodable>(_: Value.Type, _ path: String) throws -> Value {
    guard let value = try readIfPresent(Value.self, path) else {
      throw CommandError("\(path): there is no such file", exit: .notFound)
    }
    return value
  }

  /// Readers see the old file or the new one, never a half; only this user may read it.
  static func write(_ value: some Encodable, _ path: String) throws {
    let text = "\(try Console.json(value, isPretty: true))\n"
    try CommandError.ofFiles { () throws(FileError) in
      try SmallFile.replace(path, with: Bytes(Array(text.utf8)))
    }
  }

  /// Removes what a writer of these files left that was killed. For who alone may write them now.
  static func removeDrafts(in folder: String, of names: Set<String>) {
    for entry in (try? Folder.names(in: folder)) ?? [] {
      // NAME.PID.new, as SmallFile calls its drafts.
      let parts = entry.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count > 2, parts.last == "new", Int32(parts[parts.count - 2]) != nil,
        names.contains(parts.dropLast(2).joined(separator: "."))
      else { continue }
      try? Folder.remove("\(folder)/\(entry)")
    }
  }
}
