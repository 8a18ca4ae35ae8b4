/// Which ports the services have: chosen once, then kept in `ports.json`, so that a second `up`
/// and a restarted service come back where the others remember them.
struct PortPlan: Codable, Sendable, Equatable {
  enum Use: Hashable, Sendable {
    /// The gateway's martlet/1.
    case native
    /// The gateway's HTTPS.
    case https
    /// Calls of one service to another.
    case calls(String)
    /// A service's private HTTP port.
    case health(String)

    var key: String {
      switch self {
      case .native: "gateway.native"
      case .https: "gateway.https"
      case .calls(let name): "\(name).calls"
      case .health(let name): "\(name).private"
      }
    }

    /// The option by which a person chooses it; nil for those that nobody needs to know.
    var option: String? {
      switch self {
      case .native: "--native-port"
      case .https: "--https-port"
      case .calls, .health: nil
      }
    }
  }

  /// By the key of their use.
  private(set) var ports: [String: Int] = [:]

  /// 0 for a use that has none yet.
  func port(_ use: Use) -> Int { ports[use.key] ?? 0 }

  static var uses: [Use] {
    var uses: [Use] = [.native, .https]
    for (name, _) in ServiceSuite.instances {
      if name != ServiceSuite.gateway { uses.append(.calls(name)) }
      uses.append(.health(name))
    }
    return uses
  }

  /// Ports that the services get are drawn from here, below those that the system gives to
  /// outgoing connections (32768 and up), so that no connection takes one while a service is down.
  static let range = 20_000...31_999

  /// Gives every use a port.
  ///
  /// A number that a person asked for is taken as it is or refused. Others stay as they were the
  /// last time; one that is new, or that somebody else took meanwhile, is drawn until it is free.
  /// - Parameters:
  ///   - wanted: What the person asked for; 0 = any.
  ///   - isFree: Whether a process could listen there now.
  mutating func fill(
    wanted: [Use: Int],
    isFree: (Int) -> Bool,
    using generator: inout some RandomNumberGenerator
  ) throws(CommandError) {
    var taken: Set<Int> = []
    for use in Self.uses {
      guard let port = wanted[use], port != 0 else { continue }
      guard taken.insert(port).inserted, isFree(port) else {
        throw CommandError(
          "port \(port) is taken, by another program or another `martlet up`",
          remedy: "choose another with \(use.option ?? "an option") PORT; 0 takes any that is free",
          exit: .unavailable,
          code: "PORT_TAKEN"
        )
      }
      ports[use.key] = port
    }
    for use in Self.uses where wanted[use, default: 0] == 0 {
      if let kept = ports[use.key], kept != 0, !taken.contains(kept), isFree(kept) {
        taken.insert(kept)
        continue
      }
      ports[use.key] = try Self.draw(&taken, isFree, &generator)
    }
  }

  private static func draw(
    _ taken: inout Set<Int>,
    _ isFree: (Int) -> Bool,
    _ generator: inout some RandomNumberGenerator
  ) throws(CommandError) -> Int {
    for _ in 0..<1000 {
      let port = Int.random(in: range, using: &generator)
      guard !taken.contains(port), isFree(port) else { continue }
      taken.insert(port)
      return port
    }
    throw CommandError(
      "no port from \(range.lowerBound) to \(range.upperBound) is free",
      remedy: "end other programs that listen there",
      exit: .unavailable,
      code: "PORT_TAKEN"
    )
  }
}
