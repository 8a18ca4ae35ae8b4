import Glibc
import Primitives
import SecureTransport

/// The certificates of one machine's services, signed by an authority that lives in its folder of
/// state. For development: who can read the folder can be every service.
struct DevelopmentAuthority {
  let layout: StateLayout

  private var ledgerPath: String { "\(layout.certificates)/issued.json" }

  /// Makes what is missing or ends soon; answers the names of what was made.
  func prepare() throws -> [String] {
    try layout.make(layout.certificates)
    let ledger = try RecordFile.readIfPresent(CertificatePlan.Ledger.self, ledgerPath)
    let roles =
      ServiceSuite.instances + [
        (name: ServiceSuite.operatorInstance, role: ServiceSuite.operatorRole)
      ]
    let now = WallClock.nowUnixMicroseconds
    let plan = CertificatePlan(
      instances: roles.map(\.name),
      ledger: ledger,
      hasAuthority: exists(layout.authority) && exists(layout.authorityKey),
      missing: Set(
        roles.map(\.name).filter {
          !exists(layout.certificate(of: $0)) || !exists(layout.key(of: $0))
        }
      ),
      now: now
    )
    guard plan.makesAuthority || !plan.leaves.isEmpty else { return [] }
    let updated = plan.updated(ledger, now: now)
    // A crash between a new authority and its leaves must not leave a ledger that says all is well.
    if plan.makesAuthority { unlink(ledgerPath) }
    let authority = try authority(isNew: plan.makesAuthority)
    for (name, role) in roles where plan.leaves.contains(name) {
      var request = CertificateRequest.service(
        suite: ServiceSuite.suite,
        role: role,
        instance: name
      )
      let end = updated.leavesEndUnixUs[name] ?? now
      request.validUntil = .microseconds(end - now)
      try authority.issue(request)
        .write(certificatePath: layout.certificate(of: name), privateKeyPath: layout.key(of: name))
    }
    // Last: what is not in the ledger is made again.
    try RecordFile.write(updated, ledgerPath)
    return (plan.makesAuthority ? ["authority"] : []) + plan.leaves
  }

  private func authority(isNew: Bool) throws -> CertificateAuthority {
    guard isNew else {
      return try CertificateAuthority.load(
        certificatePath: layout.authority,
        privateKeyPath: layout.authorityKey
      )
    }
    let seconds = CertificatePlan.authorityDays * 86_400
    let made = try CertificateAuthority.create(
      commonName: "Martlet development authority",
      validity: .seconds(seconds)
    )
    try made.write(certificatePath: layout.authority, privateKeyPath: layout.authorityKey)
    return made
  }

  private func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }
}
