/// How many requests are in work at a time: in all, and of one key, so that a greedy caller does
/// not take the others' place.
public struct ConcurrencyGate: Sendable {
  public enum Refusal: Error, Sendable, Equatable {
    /// All places are taken.
    case full(limitCount: Int)
    /// All places of this key are taken.
    case keyFull(limitCount: Int)

    /// For people.
    public var words: String {
      switch self {
      case .full(let limitCount): "\(limitCount) requests are in work, which is the limit"
      case .keyFull(let limitCount):
        "\(limitCount) requests of this key are in work, which is the limit"
      }
    }
  }

  public let limitCount: Int
  public let keyLimitCount: Int
  public private(set) var count = 0
  private var countsByKey: [String: Int] = [:]

  public init(limitCount: Int, keyLimitCount: Int) {
    self.limitCount = max(1, limitCount)
    self.keyLimitCount = max(1, keyLimitCount)
  }

  public mutating func enter(key: String) throws(Refusal) {
    guard count < limitCount else { throw .full(limitCount: limitCount) }
    let own = countsByKey[key, default: 0]
    guard own < keyLimitCount else { throw .keyFull(limitCount: keyLimitCount) }
    count += 1
    countsByKey[key] = own + 1
  }

  /// Once for each `enter` that did not throw.
  public mutating func leave(key: String) {
    guard let own = countsByKey[key] else { return }
    count -= 1
    countsByKey[key] = own == 1 ? nil : own - 1
  }
}
