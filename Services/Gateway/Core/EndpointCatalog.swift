/// What is known of the endpoints of all accounts, from a watch that may break and begin again.
///
/// A new watch's snapshot is gathered beside what was known and takes its place when it is whole,
/// so that a balancer which is away or starts anew takes nothing from those who ask.
public struct EndpointCatalog<Entry: Sendable>: Sendable {
  public struct Key: Sendable, Hashable {
    public var account: String
    public var name: String

    public init(account: String, name: String) {
      self.account = account
      self.name = name
    }
  }

  public enum Answer {
    /// No snapshot has come yet: nobody can say.
    case notYet
    case unknown
    case known(Entry)
  }

  private var entries: [Key: Entry] = [:]
  private var hasSnapshot = false
  /// The snapshot of the watch that stands, until it is whole.
  private var gathered: [Key: Entry]?

  public init() {}

  public var count: Int { entries.count }

  public func answer(_ key: Key) -> Answer {
    if let entry = entries[key] { return .known(entry) }
    return hasSnapshot ? .unknown : .notYet
  }

  /// A watch begins: first everything there is comes again.
  public mutating func watchBegan() { gathered = [:] }

  public mutating func changed(_ key: Key, _ entry: Entry) {
    if gathered != nil { gathered?[key] = entry } else { entries[key] = entry }
  }

  public mutating func deleted(_ key: Key) {
    if gathered != nil { gathered?[key] = nil } else { entries[key] = nil }
  }

  public mutating func snapshotEnded() {
    guard let gathered else { return }
    entries = gathered
    self.gathered = nil
    hasSnapshot = true
  }
}
