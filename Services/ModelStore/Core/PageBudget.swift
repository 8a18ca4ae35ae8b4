/// How much of a list one page holds: so many things, and no more bytes than an answer may have.
public struct PageBudget: Sendable {
  private var countLeft: Int
  private var bytesLeft = StoreLimits.pageBytes
  private var isEmpty = true

  /// - Parameter count: At least 1.
  public init(count: Int) { countLeft = count }

  /// Whether another thing of this size belongs to the page; the first one always does.
  public mutating func takes(byteCount: Int) -> Bool {
    guard countLeft > 0, isEmpty || byteCount <= bytesLeft else { return false }
    countLeft -= 1
    bytesLeft -= byteCount
    isEmpty = false
    return true
  }
}
