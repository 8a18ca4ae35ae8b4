extension Shortfall {
  /// What is missing, for people. Says no time, so that it stays the same while nothing happens.
  public var words: String {
    switch self {
    case .noHosts: return "no host of the managed pool is there; start one"
    case .tooFewHosts(let wanted, let hostCount):
      return "\(wanted) replicas are wanted, each on a host of its own, and there are "
        + "\(hostCount) hosts; add hosts or ask for fewer"
    case .hostsAreFull: return "no host of the managed pool has room; add one"
    case .hostsFailed: return "it is tried again"
    case .hostsAreAway: return "waits for hosts that are away"
    }
  }
}
