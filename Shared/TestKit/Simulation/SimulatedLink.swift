import Primitives
import Transport

/// One connection of a `SimulatedNetwork`: two ends and what the network does between them.
// `@unchecked`: on the one thread of the simulation.
final class SimulatedLink: @unchecked Sendable {
  let number: Int
  unowned let network: SimulatedNetwork
  let clientEnd: SimulatedChannel
  let serverEnd: SimulatedChannel
  private(set) var isSilent = false
  private(set) var losesBytes = false

  init(
    number: Int,
    network: SimulatedNetwork,
    server: PeerIdentity,
    client: PeerIdentity,
    address: String,
    opensAt: Instant
  ) {
    self.number = number
    self.network = network
    clientEnd = SimulatedChannel(
      network,
      name: "c\(number)>",
      peer: server,
      address: address,
      opensAt: opensAt
    )
    serverEnd = SimulatedChannel(
      network,
      name: "c\(number)<",
      peer: client,
      address: "simulated client",
      opensAt: opensAt
    )
    clientEnd.join(self, serverEnd)
    serverEnd.join(self, clientEnd)
  }

  /// An end of it is not closed yet.
  var isHeld: Bool { clientEnd.isHeld || serverEnd.isHeld }

  func cut(_ cut: ConnectionCut) {
    switch cut {
    case .clean:
      clientEnd.cutOff(.byPeer)
      serverEnd.cutOff(.byPeer)
    case .truncated:
      losesBytes = true
      clientEnd.cutOff(.truncated)
      serverEnd.cutOff(.truncated)
    case .silent: isSilent = true
    }
  }
}
