/// How far an endpoint is.
public enum EndpointPhase: Int, Sendable, Equatable, CaseIterable {
  /// No replica has been ready yet. Becomes in service or failed.
  case creating = 1
  /// A replica is ready, or was: its hosts may be away for a while. Becomes failed.
  case inService = 2
  /// No host could load it; it is tried on. Becomes in service.
  case failed = 3
}

/// What is seen of an endpoint at one moment.
public struct EndpointSighting: Sendable, Equatable {
  /// Of the endpoint's own model version, announced and connected.
  public var readyCount: Int
  /// Hosts that it is placed on, or that brought it.
  public var placedCount: Int
  public var wantedCount: Int
  /// Every host that there is has failed to load it, more than once.
  public var isHopeless: Bool
  /// Why those that are placed are not all ready, in words; empty when they are.
  public var lack: String
  /// Why there are fewer places than wanted, in words; empty when there are not.
  public var shortfall: String

  public init(
    readyCount: Int,
    placedCount: Int,
    wantedCount: Int,
    isHopeless: Bool = false,
    lack: String = "",
    shortfall: String = ""
  ) {
    self.readyCount = readyCount
    self.placedCount = placedCount
    self.wantedCount = wantedCount
    self.isHopeless = isHopeless
    self.lack = lack
    self.shortfall = shortfall
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
    if sighting.readyCount > 0 {
      next = .inService
    } else if sighting.isHopeless {
      next = .failed
    } else {
      next = phase
    }
    let words = EndpointMachine.words(next, sighting)
    defer { (phase, reason) = (next, words) }
    if next != phase { return .changed(from: phase, to: next) }
    return words == reason ? .unchanged : .saysOtherwise
  }

  private static func words(_ phase: EndpointPhase, _ sighting: EndpointSighting) -> String {
    var parts: [String] = []
    let (ready, placed) = (sighting.readyCount, sighting.placedCount)
    switch phase {
    case .creating, .failed:
      if !sighting.lack.isEmpty { parts.append(sighting.lack) }
    case .inService:
      if ready == 0 || ready < placed {
        let count = ready == 0 ? "no replica is ready" : "\(ready) of \(placed) replicas are ready"
        parts.append(sighting.lack.isEmpty ? count : "\(count): \(sighting.lack)")
      }
    }
    if placed < sighting.wantedCount, !sighting.shortfall.isEmpty {
      parts.append(
        "\(placed) of \(sighting.wantedCount) replicas placed: \(sighting.shortfall)"
      )
    }
    return parts.joined(separator: "; ")
  }
}

/// What follows from a look at an endpoint's hosts.
public enum OnSighting: Sendable, Equatable {
  case unchanged
  /// The phase is the same, the reason is another: tell who watches.
  case saysOtherwise
  /// Write the phase to disk, and tell who watches.
  case changed(from: EndpointPhase, to: EndpointPhase)
}
