/// How many predictions are in work and how many bytes they hold, within two limits. Of a host, or
/// of one replica.
///
/// What is full refuses at once, so that the caller can go elsewhere while its deadline is young.
/// A value: who enters must leave with the same bytes.
public struct WorkRoom: Equatable, Sendable {
  public struct Limits: Equatable, Sendable {
    /// Predictions at once.
    public let callCount: Int
    /// What they may hold together: requests, the model's tensors, answers.
    public let byteCount: Int

    public init(callCount: Int, byteCount: Int) {
      self.callCount = callCount
      self.byteCount = byteCount
    }
  }

  /// Which limit is reached.
  public enum Full: String, Error, Equatable, Sendable, CaseIterable {
    case calls
    case bytes
  }

  public let limits: Limits
  public private(set) var callCount = 0
  public private(set) var byteCount = 0

  public init(_ limits: Limits) { self.limits = limits }

  /// What a prediction that holds so many bytes would be told; nil when it may enter. One that is
  /// alone always may: a limit below the size of a legal call would refuse it for ever.
  public func refusal(byteCount: Int) -> Full? {
    if callCount == 0 { return nil }
    if callCount >= limits.callCount { return .calls }
    let (sum, overflow) = self.byteCount.addingReportingOverflow(byteCount)
    return overflow || sum > limits.byteCount ? .bytes : nil
  }

  public mutating func enter(byteCount: Int) throws(Full) {
    if let refusal = refusal(byteCount: byteCount) { throw refusal }
    callCount += 1
    add(byteCount)
  }

  /// A prediction in work holds more: its answer is here, whatever the limit says. Later ones find
  /// less room.
  public mutating func grow(byteCount: Int) { add(byteCount) }

  public mutating func leave(byteCount: Int) {
    callCount -= 1
    self.byteCount -= byteCount
  }

  private mutating func add(_ count: Int) {
    // A call that was alone may hold anything; what cannot be counted is refused before.
    let (sum, overflow) = byteCount.addingReportingOverflow(count)
    byteCount = overflow ? .max : sum
  }
}
