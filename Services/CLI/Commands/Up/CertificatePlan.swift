/// Which certificates of the development authority have to be made: those that are missing, and
/// those that end soon.
struct CertificatePlan: Sendable, Equatable {
  static let authorityDays: Int64 = 3650
  /// What browsers and clients accept at most of a server.
  static let leafDays: Int64 = 825
  /// What has less left is made anew.
  static let renewalDays: Int64 = 30
  static let dayMicroseconds: Int64 = 86_400 * 1_000_000

  /// When each ends, in microseconds since 1970. `issued.json`.
  struct Ledger: Codable, Sendable, Equatable {
    var authorityEndsUnixUs: Int64 = 0
    var leavesEndUnixUs: [String: Int64] = [:]
  }

  let makesAuthority: Bool
  /// Instances that get a certificate.
  let leaves: [String]

  /// - Parameters:
  ///   - ledger: What was issued; nil where nothing is known.
  ///   - hasAuthority: Whether the authority's two files are there.
  ///   - missing: Instances of which a file is not there.
  init(
    instances: [String],
    ledger: Ledger?,
    hasAuthority: Bool,
    missing: Set<String>,
    now: Int64
  ) {
    let horizon = now + Self.renewalDays * Self.dayMicroseconds
    let ledger = ledger ?? Ledger()
    makesAuthority = !hasAuthority || ledger.authorityEndsUnixUs < horizon
    // A new authority makes all that the old one signed worthless.
    leaves =
      makesAuthority
      ? instances
      : instances.filter {
        missing.contains($0) || ledger.leavesEndUnixUs[$0, default: 0] < horizon
      }
  }

  /// What is known after the plan was carried out at `now`. No certificate outlives its authority.
  func updated(_ ledger: Ledger?, now: Int64) -> Ledger {
    var ledger = makesAuthority ? Ledger() : ledger ?? Ledger()
    if makesAuthority {
      ledger.authorityEndsUnixUs = now + Self.authorityDays * Self.dayMicroseconds
    }
    for leaf in leaves {
      ledger.leavesEndUnixUs[leaf] = leafEnd(ledger, now: now)
    }
    return ledger
  }

  func leafEnd(_ ledger: Ledger, now: Int64) -> Int64 {
    min(now + Self.leafDays * Self.dayMicroseconds, ledger.authorityEndsUnixUs)
  }
}
