import BalancerCore
import Discovery
import DiscoveryCore
import Primitives
import Protocols

/// What is to be seen of one endpoint at the moment: for its machine, and for people.
struct EndpointView {
  let sighting: EndpointSighting
  let targets: [EndpointTarget]
  /// A replica is ready by its host's word, and no host announces it: the registry may be behind.
  let mayBeUnannounced: Bool

  /// - Parameters:
  ///   - present: Managed hosts that take orders.
  ///   - shortfall: What the plan lacks for it.
  static func of(
    _ entry: EndpointEntry,
    _ announcements: Announcements,
    _ board: HostBoard,
    _ plan: PlacementPlan,
    present: Set<String>,
    shortfall: Shortfall?
  ) -> EndpointView {
    switch entry.record.spec.kind {
    case .managed: managed(entry, announcements, board, plan, present, shortfall)
    case .selfHosted: selfHosted(entry, announcements, board)
    }
  }

  // MARK: Managed

  private static func managed(
    _ entry: EndpointEntry,
    _ announcements: Announcements,
    _ board: HostBoard,
    _ plan: PlacementPlan,
    _ present: Set<String>,
    _ shortfall: Shortfall?
  ) -> EndpointView {
    let key = entry.replicaKey
    let spec = entry.record.spec
    let ready = Set(
      announcements.of(entry.servingKey)
        .filter {
          $0.isReachable && $0.model == spec.model && $0.modelVersion == spec.modelVersion
        }
        .map(\.host)
    )
    let planned = plan.hosts(of: key)
    var targets: [String: EndpointTarget] = [:]
    var isReadyByReport = false
    for name in Set(planned).union(board.hosts.keys) {
      guard let host = board.hosts[name] else {
        // Known from the plan on disk only.
        targets[name] = EndpointTarget(host: name, address: "", replica: nil, isReady: false)
        continue
      }
      guard host.pool == HostPool.managed else { continue }
      let report = host.reports?.first { $0.key == key }
      if report?.state == .ready, host.isConnected { isReadyByReport = true }
      guard planned.contains(name) || report != nil || ready.contains(name) else { continue }
      targets[name] = EndpointTarget(
        host: name,
        address: host.address,
        replica: report,
        isReady: ready.contains(name)
      )
    }
    let isHopeless = plan.isHopeless(key, on: present)
    let sighting = EndpointSighting(
      readyCount: ready.count,
      placedCount: planned.count,
      wantedCount: spec.replicaCount,
      isHopeless: isHopeless,
      lack: lack(planned.filter { !ready.contains($0) }, key, board, plan, isHopeless),
      shortfall: shortfall?.words ?? ""
    )
    return EndpointView(
      sighting: sighting,
      targets: targets.keys.sorted().compactMap { targets[$0] },
      mayBeUnannounced: isReadyByReport && ready.isEmpty
    )
  }

  private static func lack(
    _ waiting: [String],
    _ key: ReplicaKey,
    _ board: HostBoard,
    _ plan: PlacementPlan,
    _ isHopeless: Bool
  ) -> String {
    var parts: [String] = []
    if let failure = plan.lastFailure(of: key) {
      let how = isHopeless ? "no host could load it; the last one, " : "it could not be loaded on "
      parts.append("\(how)\(failure.host): \(failure.words)")
    }
    for name in waiting {
      guard let host = board.hosts[name], host.isConnected else {
        parts.append("\(name) is away")
        continue
      }
      guard let reports = host.reports else {
        parts.append("\(name) has not answered yet")
        continue
      }
      switch reports.first(where: { $0.key == key }) {
      case nil: parts.append("\(name) was not told yet")
      case let report? where report.state == .ready: parts.append("\(name) announces it next")
      case let report? where report.state == .failed: break
      case let report?: parts.append("\(name) \(report.words)")
      }
    }
    return parts.joined(separator: "; ")
  }

  // MARK: Self-hosted

  private static func selfHosted(
    _ entry: EndpointEntry,
    _ announcements: Announcements,
    _ board: HostBoard
  ) -> EndpointView {
    let announcers = announcements.of(entry.servingKey)
    let others = announcements.copies(for: entry.record.key)
      .filter { $0.key != entry.servingKey }
      .sorted { ($0.host, $0.modelVersion) < ($1.host, $1.modelVersion) }
    let ready = announcers.filter { $0.isReachable }
    var lack: [String] = []
    if announcers.isEmpty, others.isEmpty {
      let hosts = board.hosts.values.filter { $0.pool == HostPool.selfHosted }.map(\.key.id)
      let names = hosts.sorted().joined(separator: ", ")
      lack.append(
        hosts.isEmpty
          ? "no self-hosted host is there; start one"
          : "none of \(names) has it; put the model into the folder \(entry.name) of its models "
            + "folder"
      )
    }
    for other in others {
      lack.append("\(other.host) has \(other.words), and not \(entry.words)")
    }
    for away in announcers where !away.isReachable { lack.append("\(away.host) is away") }
    let targets = announcers.map { ($0, $0.isReachable) } + others.map { ($0, false) }
    return EndpointView(
      sighting: EndpointSighting(
        readyCount: ready.count,
        placedCount: announcers.count,
        wantedCount: max(1, announcers.count),
        lack: lack.joined(separator: "; ")
      ),
      targets: targets.sorted { $0.0.host < $1.0.host }.map { announcer, isReady in
        EndpointTarget(
          host: announcer.host,
          address: board.hosts[announcer.host]?.address ?? "",
          replica: announcer.report,
          isReady: isReady
        )
      },
      mayBeUnannounced: false
    )
  }
}

extension Announcements.Announcer {
  fileprivate var words: String {
    modelVersion == 0
      ? "a copy of \(model) that does not say its version (in replica.binpb)"
      : "version \(modelVersion) of \(model), variant \(variant)"
  }
}

extension EndpointEntry {
  fileprivate var words: String {
    let spec = record.spec
    return "version \(spec.modelVersion) of \(spec.model), variant \(spec.variant)"
  }
}
