import Primitives

/// A dataset as people write it: `NAME`, or `NAME@VERSION`.
struct DatasetReference: Equatable, Sendable, CustomStringConvertible {
  let name: String
  /// 0 = the newest.
  let version: UInt32

  /// - Throws: `CommandError` that says which part is wrong.
  init(_ text: String) throws(CommandError) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(parts[0])
    if let problem = ResourceName.problem(name) {
      throw CommandError.name("the dataset's name '\(name)' \(problem)")
    }
    guard parts.count == 2 else {
      version = 0
      return
    }
    guard let number = UInt32(parts[1]), number > 0 else {
      throw CommandError.name(
        "'\(parts[1])' is no version of a dataset: write NAME@1, or NAME for the newest"
      )
    }
    version = number
  }

  var description: String { version == 0 ? name : "\(name)@\(version)" }
}

extension CommandError {
  /// A name on the command line that cannot be one.
  static func name(_ problem: String) -> Self { CommandError(problem, exit: .usage) }
}
