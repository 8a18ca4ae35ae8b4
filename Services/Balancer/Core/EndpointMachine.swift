/// How far an endpoint is.
public enum EndpointPhase: Int, Sendable, Equatable, CaseIterable {
  /// No replica has been ready yet. Becomes in service, failed or deleting.
  case creating = 1
  /// A replica is ready, or was: its hosts may be away for a while. Becomes failed or deleting.
  case inService = 2
  /// No host could load it; it is tried on. Becomes in service or deleting.
  case failed = 3
  /// Its replicas are drained and unloaded. Becomes gone.
  case deleting = 6
}

/// What is seen of an endpoint at one moment.
public struct EndpointSighting: Sendable, Equatable {
  /// Of the endpoint's own model version, announced and connected.
  public var readyCount: Int
  public var wantedCount: Int
  /// Hosts that still have something of it, sorted.
  public var holders: [String]
  /// Every host that there is has failed to load it, more than once.
  public var isHopeless: Bool
  /// What is missing, in words; empty when nothing is.
  public var lack: String

  public init(
    readyCount: Int,
    wantedCount: Int,
    holders: [String] = [],
    isHopeless: Bool = false,
    lack: String = ""
  ) {
    self.readyCount = readyCount
    self.wantedCount = wantedCount
    self.holders = holders
    self.isHopeless = isHopeless
    self.lack = lack
  }
}

/// An endpoint's life, and what it waits for in words.
public struct EndpointMachine: Sendable, Equatable {
  public private(set) var phase: EndpointPhase
  /// Empty when nothing is missing.
  public private(set) var reason: String

  public init(phase: EndpointPhase, reason: String = "") {
    self.phase = phase
    self.reason = reason
  }

  /// Its hosts were looked at.
  public mutating func seen(_ sighting: EndpointSighting) -> OnSighting {
    let next: EndpointPhase
    switch phase {
    case .creating, .inService, .failed:
      if sighting.readyCount > 0 {
        next = .inService
      } else if sighting.isHopeless {
        next = .failed
      } else {
        next = phase
      }
    case .deleting:
      guard !sighting.holders.isEmpty else { return .gone }
      next = .deleting
    }
    let words = EndpointMachine.words(next, sighting)
    defer { (phase, reason) = (next, words) }
    if next != phase { return .changed(from: phase, to: next) }
    return words == reason ? .unchanged : .saysOtherwise
  }

  /// Somebody wants it gone.
  public mutating func deletionRequested() -> OnDeletion {
    switch phase {
    case .creating, .inService, .failed:
      phase = .deleting
      reason = "its replicas are being unloaded"
      return .drain
    case .deleting: return .isUnderWay
    }
  }

  private static func words(_ phase: EndpointPhase, _ sighting: EndpointSighting) -> String {
    switch phase {
    case .creating: return sighting.lack
    case .inService:
      if sighting.readyCount >= sighting.wantedCount { return "" }
      let count =
        sighting.readyCount == 0
        ? "no replica is ready"
        : "\(sighting.readyCount) of \(sighting.wantedCount) replicas are ready"
      return sighting.lack.isEmpty ? count : "\(count): \(sighting.lack)"
    case .failed: return sighting.lack
    case .deleting:
      return "waits until its replicas are unloaded: \(sighting.holders.joined(separator: ", "))"
    }
  }
}

/// What follows from a look at an endpoint's hosts.
public enum OnSighting: Sendable, Equatable {
  case unchanged
  /// The phase is the same, the reason is another: tell who watches.
  case saysOtherwise
  /// Write the phase to disk, and tell who watches.
  case changed(from: EndpointPhase, to: EndpointPhase)
  /// Nothing of it is left: remove it.
  case gone
}

/// What follows from a request to delete an endpoint.
public enum OnDeletion: Sendable, Equatable {
  /// Write the phase to disk; no call goes there any more.
  case drain
  case isUnderWay
}
