import DiscoveryCore
import Primitives

// Short spellings for the tests of this target.

let suite = "martlet.test"

func at(_ seconds: Double) -> Instant { Instant(nanoseconds: 0) + .seconds(seconds) }

func key(_ id: String, role: String = "inference") -> InstanceKey {
  InstanceKey(role: role, id: id)
}

func peer(_ id: String, role: String = "inference") -> PeerIdentity {
  .service(suite: suite, role: role, instance: id)
}

func instance(
  _ id: String,
  role: String = "inference",
  generation: UInt64 = 1,
  update: UInt64 = 0,
  condition: Instance.Condition = .serving,
  weight: Int = 100,
  port: Int = 7000
) -> Instance {
  guard let address = InstanceAddress("10.0.0.1:\(port)") else {
    preconditionFailure("a test's port is out of range")
  }
  return Instance(
    key: key(id, role: role),
    generation: generation,
    update: update,
    condition: condition,
    addresses: [address],
    weight: weight
  )
}
