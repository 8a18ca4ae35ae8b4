import Discovery
import DiscoveryCore
import Primitives
import RPCRuntime
import ServicePort
import ServiceRuntime
import Synchronization
import Transport

/// Keeps a service listed in the registry while it serves. The last component: it starts when the
/// port listens, and drains first, so that callers go elsewhere before the port closes.
public final class MeshRegistration: Component {
  public let name = "registration"
  private struct State {
    var attributes: [String: Bytes] = [:]
    var labels: [String: String]
    var agent: RegistrationAgent?
    var addresses: [InstanceAddress] = []
    var isAnnouncing = false
    var isDirty = false
  }

  private let mesh: ServiceMesh
  private let port: ServicePort
  private let state: Mutex<State>

  /// - Parameter labels: Names and values for people and filters, such as the pool of a host.
  public init(_ mesh: ServiceMesh, _ port: ServicePort, labels: [String: String] = [:]) {
    self.mesh = mesh
    self.port = port
    state = Mutex(State(labels: labels))
  }

  /// What the instance serves has changed: callers hear of it within a round trip. From any
  /// thread, also before the component runs. Of changes that follow each other the last one counts.
  public func setAttributes(_ attributes: [String: Bytes]) {
    let starts = state.withLock { state in
      state.attributes = attributes
      state.isDirty = true
      guard state.agent != nil, !state.isAnnouncing else { return false }
      state.isAnnouncing = true
      return true
    }
    if starts { Task.detached { await self.announceChanges() } }
  }

  public func run(_ lifecycle: ComponentLifecycle) async throws {
    let addresses = port.addresses.compactMap { address -> InstanceAddress? in
      guard case .tcp(let host, let port) = address else { return InstanceAddress("\(address)") }
      return InstanceAddress(
        "\(TransportAddress.tcp(host: mesh.advertisedHost ?? host, port: port))"
      )
    }
    guard !addresses.isEmpty else {
      throw StartupError(
        what: "the port listens nowhere that others could reach",
        place: "listen.addresses",
        remedy: "give it an address, or set listen.advertised",
        exitCode: .configuration
      )
    }
    let agent = state.withLock { state in
      let agent = RegistrationAgent(
        Instance(
          key: mesh.key,
          generation: RegistrationAgent.generationOfThisStart,
          addresses: addresses,
          labels: state.labels,
          attributes: state.attributes
        ),
        registry: mesh.channel(to: ServiceMesh.registryRole)
      )
      state.isDirty = false
      state.addresses = addresses
      state.agent = agent
      return agent
    }
    lifecycle.started()
    try await agent.run(notice: mesh.drainNotice) { await lifecycle.drainRequested() }
  }

  private func announceChanges() async {
    while true {
      let next = state.withLock { state -> (RegistrationAgent, State)? in
        guard state.isDirty, let agent = state.agent else {
          state.isAnnouncing = false
          return nil
        }
        state.isDirty = false
        return (agent, state)
      }
      guard let (agent, state) = next else { return }
      await agent.announce(
        addresses: state.addresses,
        weight: 100,
        labels: state.labels,
        attributes: state.attributes
      )
    }
  }
}
