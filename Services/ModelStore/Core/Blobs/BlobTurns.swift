import Primitives

/// Who may change the file of a blob right now: those who put it in its place and note whose it is,
/// or the one who removes it because nobody has it; never both, or what was just acknowledged
/// would go.
public struct BlobTurns: Sendable {
  private var publishing: [Bytes: Int] = [:]
  private var removing: Set<Bytes> = []

  public init() {}

  public mutating func beginPublishing(_ sha256: Bytes) throws(StoreProblem) {
    guard !removing.contains(sha256) else {
      throw .conflict("an earlier copy of this blob is just being removed; try again")
    }
    publishing[sha256, default: 0] += 1
  }

  public mutating func endPublishing(_ sha256: Bytes) {
    let left = (publishing[sha256] ?? 1) - 1
    publishing[sha256] = left == 0 ? nil : left
  }

  /// False: somebody publishes or removes it; it stays as it is.
  public mutating func beginRemoving(_ sha256: Bytes) -> Bool {
    publishing[sha256] == nil && removing.insert(sha256).inserted
  }

  public mutating func endRemoving(_ sha256: Bytes) { removing.remove(sha256) }
}
