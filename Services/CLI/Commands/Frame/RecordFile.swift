import FoundationEssentials
import Glibc

/// Small JSON files in the folder of state.
enum RecordFile {
  /// A larger one is not ours.
  static let limitBytes = 1024 * 1024

  /// Nil when there is none.
  static func readIfPresent<Value: Decodable>(_: Value.Type, _ path: String) throws -> Value? {
    guard access(path, F_OK) == 0 else { return nil }
    return try read(Value.self, path)
  }

  static func read<Value: Decodable>(_: Value.Type, _ path: String) throws -> Value {
    let bytes = try SmallFile.read(path, limitBytes: limitBytes)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(Value.self, from: Data(bytes))
    } catch {
      throw CommandError(
        "\(path) is damaged: it does not hold what `martlet up` wrote",
        remedy: "remove the file and run `martlet up` again"
      )
    }
  }

  /// Readers see the old file or the new one, never a half; only this user may read it.
  static func write(_ value: some Encodable, _ path: String) throws {
    try SmallFile.replace(path, with: Array("\(try Console.json(value, isPretty: true))\n".utf8))
  }
}
