extension Shortfall {
  /// What is missing, for people. Says no time, so that it stays the same while nothing happens.
  public var words: String {
    switch self {
    case .noHosts: return "no host of the managed pool is there; start one"
    case .tooFewHosts(let hostCount):
      return "the pool has \(hostCount) \(hostCount == 1 ? "host" : "hosts")"
    case .hostsAreFull: return "no host of the managed pool has room; add one"
    case .hostsFailed: return "it is tried again"
    case .hostsAreAway: return "waits for hosts that are away"
    case .hostsAreComing: return "waits for hosts to register after the balancer's start"
    }
  }
}
