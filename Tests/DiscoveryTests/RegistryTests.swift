import Discovery
import DiscoveryCore
import Foundation
import Logging
import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization
import Telemetry
import TestProtocols
import Testing

@Suite("A registry and those who use it") struct RegistryTests {
  static let first = InstanceKey(role: "echo", id: "a")
  static let second = InstanceKey(role: "echo", id: "b")

  static func description(_ key: InstanceKey) -> InstanceDescription {
    InstanceDescription(
      role: key.role,
      id: key.id,
      generation: 1,
      addresses: ["unix:/\(key)"],
      weight: 100
    )
  }

  /// Servers of both instances, listed.
  static func startBoth(_ world: World) async throws -> [RegistrationAgent] {
    var agents: [RegistrationAgent] = []
    for key in [first, second] {
      try await world.start(key, [Named(key)])
      let agent = world.agent(key)
      await agent.start()
      #expect(await agent.isListed(by: .now + .seconds(60)))
      agents.append(agent)
    }
    return agents
  }

  static func ids(_ channel: RoleChannel) -> [String] { channel.instances.map(\.instance.key.id) }

  @Test("instances that register are found and share the calls")
  func finds() async throws {
    try await withWorld { world in
      let (host, _) = try await world.startRegistry()
      let agents = try await Self.startBoth(world)
      #expect(host.instances(role: "echo").map(\.key) == [Self.first, Self.second])
      try await world.withRole("echo", world.registryBackend()) { channel in
        try await RoleChannelTests.allConnected(channel, 2)
        var counts: [String: Int] = [:]
        for _ in 0..<20 { counts[try await channel.whoAnswers(), default: 0] += 1 }
        #expect(counts == ["a": 10, "b": 10])
        let metrics = world.metrics.render()
        #expect(metrics.contains("martlet_registry_instances 2\n"))
        #expect(metrics.contains("martlet_registry_watchers 1\n"))
      }
      for agent in agents { await agent.leave() }
      #expect(host.instances(role: "echo").isEmpty)
    }
  }

  @Test("calls go on while the registry is away, also after a restart of the client")
  func outlivesTheRegistry() async throws {
    try await withWorld { world in
      try await StaticBackendTests.withFolder { parent in
        let folder = parent + "/members"
        let (_, registry) = try await world.startRegistry()
        let agents = try await Self.startBoth(world)
        let backend = world.registryBackend(folder: folder)
        try await world.withRole("echo", backend) { channel in
          try await RoleChannelTests.allConnected(channel, 2)
          await registry.die()
          for _ in 0..<10 { _ = try await channel.whoAnswers() }
          #expect(Self.ids(channel) == ["a", "b"])
        }
        // Another client, as after a restart, and still no registry.
        try await world.withRole("echo", world.registryBackend(folder: folder)) { channel in
          try await RoleChannelTests.allConnected(channel, 2)
          var answers = Set<String>()
          for _ in 0..<8 { answers.insert(try await channel.whoAnswers()) }
          #expect(answers == ["a", "b"])
          // The registry is back without its memory; those who live register again.
          let (host, _) = try await world.startRegistry()
          try await eventually("both are listed again") {
            host.instances(role: "echo").count == 2
          }
          let third = InstanceKey(role: "echo", id: "c")
          try await world.start(third, [Named(third)])
          let agent = world.agent(third)
          await agent.start()
          try await eventually("the client learns of the third") {
            try await channel.whoAnswers() == "c"
          }
          #expect(Self.ids(channel) == ["a", "b", "c"])
          await agent.leave()
        }
        withExtendedLifetime(agents) {}
      }
    }
  }

  @Test("a client that starts without a registry and without a file says so")
  func saysTrouble() async throws {
    try await withWorld { world in
      try await world.withRole("echo", world.registryBackend()) { channel in
        let error = await #expect(throws: RPCError.self) { try await channel.whoAnswers() }
        #expect(error?.code == .unavailable)
        #expect(error?.isNotStarted == true)
        let message = error?.message ?? ""
        #expect(message.hasPrefix("role echo: no instance is known; the registry cannot be"))
        #expect(message.contains("role registry: none of 1 instances is connected"))
      }
    }
  }

  @Test("a damaged file is refused with a warning, and the start goes on")
  func refusesDamage() async throws {
    try await withWorld { world in
      try await StaticBackendTests.withFolder { folder in
        try StaticBackendTests.write("MTMVgarbage that is no list", folder + "/echo.members")
        try await world.startRegistry()
        let agents = try await Self.startBoth(world)
        let log = CapturedLog()
        let backend = world.registryBackend(folder: folder, logger: log.logger)
        try await world.withRole("echo", backend) { channel in
          try await RoleChannelTests.allConnected(channel, 2)
        }
        let warnings = log.lines.filter { $0.contains("saved instances are refused") }
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("\(folder)/echo.members is of version 103") == true)
        // What is true now has taken its place.
        let bytes = try Data(contentsOf: URL(filePath: folder + "/echo.members"))
        let saved = try SavedMembers(decoding: Bytes(bytes))
        #expect(saved.members.map(\.instance.key) == [Self.first, Self.second])
        withExtendedLifetime(agents) {}
      }
    }
  }

  @Test("an instance that falls silent goes when its lease ends")
  func expires() async throws {
    try await withWorld { world in
      let (host, _) = try await world.startRegistry(
        LeaseTerms(duration: .seconds(1), beatInterval: .milliseconds(400))
      )
      let client = RegistryClient(world.registryChannel(as: Self.first))
      try await world.withRole("echo", world.registryBackend()) { channel in
        // A busy machine may let a lease end before the client has heard of it.
        try await eventually("it is known") {
          _ = try await client.register(
            RegisterInstanceRequest(instance: Self.description(Self.first)),
            options: patient
          )
          return Self.ids(channel) == ["a"]
        }
        try await eventually("it is forgotten") { Self.ids(channel).isEmpty }
        #expect(host.instances(role: "echo").isEmpty)
      }
    }
  }

  @Test("when the registry loses sight of all, they stay in use until a check fails")
  func doubtsMassLoss() async throws {
    try await withWorld { world in
      let (host, _) = try await world.startRegistry(
        LeaseTerms(duration: .seconds(1), beatInterval: .milliseconds(400))
      )
      var servers: [RunningServer] = []
      for key in [Self.first, Self.second] {
        servers.append(try await world.start(key, [Named(key)]))
      }
      try await world.withRole("echo", world.registryBackend()) { [servers] channel in
        let clients = [Self.first, Self.second].map { key in
          (key, RegistryClient(world.registryChannel(as: key)))
        }
        // They register until the client has both, and then never beat, as if the registry were cut
        // off from them.
        try await eventually("both are connected") {
          for (key, client) in clients {
            _ = try await client.register(
              RegisterInstanceRequest(instance: Self.description(key)),
              options: patient
            )
          }
          return channel.instances.count { $0.isConnected } == 2
        }
        try await eventually("the registry has forgotten both") {
          host.instances(role: "echo").isEmpty
        }
        try await RoleChannelTests.allConnected(channel, 2)
        await servers[0].die()
        try await eventually("only the one that lives is left") { Self.ids(channel) == ["b"] }
        for _ in 0..<10 {
          #expect(try await channel.whoAnswers(patient, Named.harmless) == "b")
        }
      }
    }
  }

  @Test("an instance that drains and leaves loses its calls to the other, and no call fails")
  func drains() async throws {
    try await withWorld { world in
      try await world.startRegistry()
      let leaving = try await world.start(Self.first, [Named(Self.first)])
      try await world.start(Self.second, [Named(Self.second)])
      let (going, staying) = (world.agent(Self.first), world.agent(Self.second))
      await staying.start()
      let stop = Gate()
      let life = Task { try await going.run(notice: .zero) { await stop.wait() } }
      #expect(await going.isListed(by: .now + .seconds(60)))
      #expect(await staying.isListed(by: .now + .seconds(60)))
      try await world.withRole("echo", world.registryBackend()) { channel in
        try await RoleChannelTests.allConnected(channel, 2)
        let isOver = Flag()
        try await withThrowingTaskGroup(of: Set<String>.self) { group in
          for _ in 0..<4 {
            group.addTask {
              var answers = Set<String>()
              var count = 0
              // Goes on for a while after the end.
              while count < 20 {
                answers.insert(try await channel.whoAnswers())
                if isOver.isSet { count += 1 }
              }
              return answers
            }
          }
          stop.open()
          try await life.value
          await leaving.server.drain()
          await leaving.die()
          isOver.set()
          for try await answers in group { #expect(answers.contains("b")) }
        }
        try await eventually("only the other is known") { Self.ids(channel) == ["b"] }
        for _ in 0..<10 { #expect(try await channel.whoAnswers() == "b") }
      }
    }
  }

  @Test("an order to drain moves calls while the instance keeps its lease")
  func drainsByOrder() async throws {
    try await withWorld { world in
      try await world.startRegistry()
      let agents = try await Self.startBoth(world)
      try await world.withRole("echo", world.registryBackend()) { channel in
        try await RoleChannelTests.allConnected(channel, 2)
        let order = DrainInstanceRequest(role: "echo", id: "a", generation: 1)
        let stranger = RegistryClient(world.registryChannel(as: Self.second))
        let error = await #expect(throws: RPCError.self) {
          try await stranger.drain(order, options: patient)
        }
        #expect(error?.code == .permissionDenied)
        let key = InstanceKey(role: "operator", id: "1")
        _ = try await RegistryClient(world.registryChannel(as: key)).drain(order, options: patient)
        try await eventually("the client knows") {
          channel.instances.first?.instance.condition == .draining
        }
        for _ in 0..<10 { #expect(try await channel.whoAnswers() == "b") }
        #expect(Self.ids(channel) == ["a", "b"])
      }
      withExtendedLifetime(agents) {}
    }
  }

  @Test("a client whose place in the history is forgotten lists again, and loses nobody")
  func listsAgain() async throws {
    try await withWorld { world in
      let registry = ForgetfulRegistry(Self.description(Self.first))
      try await world.start(World.registry, [registry])
      try await world.start(Self.first, [Named(Self.first)])
      try await world.withRole("echo", world.registryBackend()) { channel in
        try await eventually("it lists again") { registry.requests.withLock { $0.count } == 2 }
        #expect(registry.requests.withLock { $0.map(\.position) } == [nil, nil])
        #expect(try await channel.whoAnswers() == "a")
      }
    }
  }

  @Test("nobody may register under another's name, and the refusal says whose")
  func checksIdentity() async throws {
    try await withWorld { world in
      try await world.startRegistry()
      let client = RegistryClient(world.registryChannel(as: Self.second))
      let request = RegisterInstanceRequest(
        instance: Self.description(Self.first)
      )
      let error = await #expect(throws: RPCError.self) {
        try await client.register(request, options: patient)
      }
      #expect(error?.code == .permissionDenied)
      #expect(error?.message.contains("the certificate is of echo/b") == true)
      #expect(error?.message.contains("\"echo/a\"") == true)
    }
  }

  @Test("what makes no sense is refused, and the refusal names the field")
  func checksDescription() async throws {
    try await withWorld { world in
      try await world.startRegistry()
      let client = RegistryClient(world.registryChannel(as: Self.first))
      var description = Self.description(Self.first)
      description.addresses = ["nowhere"]
      let request = RegisterInstanceRequest(instance: description)
      let error = await #expect(throws: RPCError.self) {
        try await client.register(request, options: patient)
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("addresses has the entry \"nowhere\"") == true)
      let empty = RegisterInstanceRequest()
      let missing = await #expect(throws: RPCError.self) {
        try await client.register(empty, options: patient)
      }
      #expect(missing?.message.contains("instance is missing") == true)
    }
  }

  @Test("an older start of an instance ends when a newer one has registered")
  func supersedes() async throws {
    try await withWorld { world in
      try await world.startRegistry()
      let (older, newer) = (world.agent(Self.first), world.agent(Self.first, generation: 2))
      let life = Task { try await older.run { await Gate().wait() } }
      #expect(await older.isListed(by: .now + .seconds(60)))
      await newer.start()
      let error = await #expect(throws: SupersededError.self) { try await life.value }
      #expect(error?.byGeneration == 2)
      #expect(error?.description.contains("generation 2") == true)
    }
  }

  @Test("a watch goes on at a position, and lists again from one of another history")
  func resumes() async throws {
    try await withWorld { world in
      try await world.startRegistry()
      let agents = try await Self.startBoth(world)
      let client = RegistryClient(world.registryChannel(as: Self.first))
      func firstEvent(_ position: RegistryPosition?) async throws -> WatchRoleResponse.Event? {
        let request = WatchRoleRequest(role: "echo", position: position)
        return try await client.watch(request, options: CallOptions(timeout: .seconds(60))) {
          (responses: ResponseStream<WatchRoleResponse>) async throws
            -> WatchRoleResponse.Event? in
          var iterator = responses.makeAsyncIterator()
          return try await iterator.next()?.event
        }
      }
      guard case .page(let page)? = try await firstEvent(nil), var position = page.position else {
        throw NeverHappened(description: "a watch began without a list")
      }
      #expect(page.isLast)
      #expect(page.instances.map(\.id) == ["a", "b"])
      position.revision -= 1
      guard case .batch(let batch)? = try await firstEvent(position) else {
        throw NeverHappened(description: "a watch did not go on")
      }
      #expect(batch.changes.count == 1)
      position.epoch &+= 1
      guard case .page? = try await firstEvent(position) else {
        throw NeverHappened(description: "a foreign position was believed")
      }
      withExtendedLifetime(agents) {}
    }
  }
}
