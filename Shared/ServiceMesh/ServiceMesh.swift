import Discovery
import DiscoveryCore
import Logging
import Primitives
import RPCRuntime
import SecureTransport
import ServicePort
import ServiceRuntime
import Settings
import Synchronization
import Telemetry
import Transport

/// A service's way to the others: its loops, its certificate, and a live set of connections for
/// each role that it calls.
///
/// The first component of a service: it starts before and ends after everything that calls. Its
/// loops are also the port's, so that a call which is passed on never changes threads.
public final class ServiceMesh: Component {
  public let name = "mesh"
  /// Who this process is, as its certificate says.
  public let suite: String
  public let key: InstanceKey
  public let loops: LoopGroup
  let context: ServiceContext
  private let settings: MeshSettings
  private let tls: TLSIdentity
  private let registry: StaticBackend
  private let membersFolder: String
  /// Held until the mesh has ended.
  private let lock: Mutex<StateLock?>
  private let following = Mutex(Following())
  private let backend = Mutex<RegistryBackend?>(nil)
  private let ownRegistry = Mutex<RegistryHost?>(nil)

  private struct Following {
    var channels: [String: RoleChannel] = [:]
    /// Set while the mesh runs: who is told of a channel that is new.
    var announce: AsyncStream<RoleChannel>.Continuation?
  }

  /// The role whose instances are the registry.
  public static let registryRole = "balancer"

  /// Makes the state folder, takes the sole right to it and reads the certificate; blocks for that.
  /// - Throws: `StartupError` that says which file or setting is wrong.
  public init(
    _ settings: MeshSettings,
    files: TLSFiles,
    _ context: ServiceContext
  ) throws(StartupError) {
    self.settings = settings
    self.context = context
    do {
      tls = try TLSIdentity(files)
    } catch {
      throw StartupError(
        what: "the certificate cannot be used: \(error)",
        place: "tls.certificate, tls.key, tls.authorities",
        remedy: "give the service files that are current and belong together",
        exitCode: .configuration
      )
    }
    guard case .service(let suite, let role, let instance)? = tls.ownIdentity else {
      throw StartupError(
        what: "the certificate does not say which service this is",
        place: files.certificateChain ?? "tls.certificate",
        remedy: "issue one with the URI spiffe://SUITE/ROLE/INSTANCE",
        exitCode: .configuration
      )
    }
    self.suite = suite
    key = InstanceKey(role: role, id: instance)
    registry = StaticBackend(context.settings[settings.instances])
    let folder = context.settings[settings.stateFolder]
    try StateFolder.make(folder)
    lock = Mutex(try StateLock(folder: folder))
    membersFolder = "\(folder)/members"
    try StateFolder.make(membersFolder)
    loops = LoopGroup(onLongCycle: ServicePort.longCycles(context.metrics))
  }

  /// Where this service keeps what it must not forget.
  public var stateFolder: String { context.settings[settings.stateFolder] }

  /// The setting that names the host others shall use; nil = the one that is listened on.
  var advertisedHost: String? { context.settings[settings.advertised] }

  /// How long this service takes calls after it has said that it stops.
  var drainNotice: Duration { context.settings[settings.drainNotice] }

  /// Calls to whoever has a role; always the same object for a role. It connects while the mesh
  /// runs. Roles of the list in the settings come from there, all others from the registry.
  public func channel(to role: String) -> RoleChannel {
    if let made = following.withLock({ $0.channels[role] }) { return made }
    let new = makeChannel(to: role)
    return following.withLock { following in
      if let made = following.channels[role] { return made }
      following.channels[role] = new
      following.announce?.yield(new)
      return new
    }
  }

  /// A transport to services of these roles, for channels that a service keeps by itself.
  /// - Throws: `TLSConfigurationError` when the certificate has become unusable.
  public func transport(to roles: Set<String>) throws(TLSConfigurationError) -> TLSClientTransport {
    try TLSClientTransport(
      loops: loops,
      identity: tls,
      verification: .service(suite: suite, roles: roles)
    )
  }

  /// The source of instances for channels that a service keeps by itself.
  public var directory: RegistryBackend {
    let host = ownRegistry.withLock { $0 }
    let registryChannel = host == nil ? channel(to: ServiceMesh.registryRole) : nil
    return backend.withLock { backend in
      if let backend { return backend }
      let new: RegistryBackend
      if let host {
        new = RegistryBackend(host: host, folder: membersFolder)
      } else if let registryChannel {
        new = RegistryBackend(registry: registryChannel, folder: membersFolder)
      } else {
        preconditionFailure("a directory has neither a registry nor a way to one")
      }
      backend = new
      return new
    }
  }

  /// Makes this process the registry: the answer is one of its port's services, and this mesh
  /// itself follows it without a call. Before the first channel is asked for; once.
  public func hostRegistry(terms: LeaseTerms = LeaseTerms()) -> RegistryHost {
    let host = RegistryHost(suite: suite, terms: terms, metrics: context.metrics)
    ownRegistry.withLock { $0 = host }
    precondition(
      following.withLock { $0.channels.isEmpty },
      "the registry came after a channel that should have followed it"
    )
    return host
  }

  private func makeChannel(to role: String) -> RoleChannel {
    var options = RoleChannelOptions()
    options.policy = AnyPickPolicy(context.settings[settings.policy])
    let listed = context.settings[settings.instances].instances
    let isListed = role == ServiceMesh.registryRole || listed.contains { $0.key.role == role }
    let agent = "\(context.name)/\(context.version)"
    let transport: TLSClientTransport
    do {
      transport = try self.transport(to: [role])
    } catch {
      // The files were read and tried at the start; only their contents in memory are used here.
      preconditionFailure("a certificate that was good is not any more: \(error)")
    }
    return RoleChannel(
      role: role,
      backend: isListed ? registry : directory,
      loops: loops.loops,
      options: options,
      metrics: context.metrics
    ) { address, instance in
      var options = ChannelOptions()
      options.agent = agent
      return ServiceChannel(
        to: address,
        over: transport,
        name: "\(instance.key)",
        options: options
      )
    }
  }

  // MARK: Component

  /// Roles that are asked for later than here are followed from then on, too.
  public func run(_ lifecycle: ComponentLifecycle) async throws {
    lifecycle.started()
    let (roles, announce) = AsyncStream.makeStream(of: RoleChannel.self)
    following.withLock { following in
      following.announce = announce
      for channel in following.channels.values { announce.yield(channel) }
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await lifecycle.drainRequested() }
      group.addTask {
        await withTaskGroup(of: Void.self) { channels in
          for await channel in roles { channels.addTask { await channel.run() } }
        }
      }
      await group.next()
      group.cancelAll()
      announce.finish()
    }
    following.withLock { $0 = Following() }
    await loops.shutdown()
    lock.withLock { $0 = nil }
  }

  public func reload() async throws { try tls.reload() }
}
