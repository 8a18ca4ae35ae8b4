import Discovery
import DiscoveryCore
import InProcessTransport
import Primitives
import RPC
import RPCRuntime
import Synchronization
import Telemetry
import TestProtocols
import Testing

@Suite("A role's channel") struct RoleChannelTests {
  static let first = InstanceKey(role: "echo", id: "a")
  static let second = InstanceKey(role: "echo", id: "b")

  static func list(_ keys: InstanceKey...) -> StaticBackend {
    StaticBackend(
      StaticList(instances: keys.map { World.instance($0) }),
      logger: quietLogger
    )
  }

  static func allConnected(_ channel: RoleChannel, _ count: Int) async throws {
    try await eventually("\(count) instances are connected") {
      channel.instances.count { $0.isConnected } == count
    }
  }

  @Test("spreads calls evenly over two instances, and its first calls wait for a connection")
  func balances() async throws {
    try await withWorld { world in
      try await world.start(Self.first, [Named(Self.first)])
      try await world.start(Self.second, [Named(Self.second)])
      try await world.withRole("echo", Self.list(Self.first, Self.second)) { channel in
        let first = try await channel.whoAnswers()
        #expect(first == "a" || first == "b")
        try await Self.allConnected(channel, 2)
        var counts: [String: Int] = [:]
        for _ in 0..<40 { counts[try await channel.whoAnswers(), default: 0] += 1 }
        #expect(counts == ["a": 20, "b": 20])
        let metrics = world.metrics.render()
        #expect(metrics.contains("martlet_role_instances{role=\"echo\"} 2\n"))
        #expect(metrics.contains("martlet_role_connected_instances{role=\"echo\"} 2\n"))
      }
    }
  }

  @Test("goes on without a failed call when an instance dies, and uses it again when it is back")
  func survivesDeath() async throws {
    try await withWorld { world in
      let dying = try await world.start(Self.first, [Named(Self.first)])
      try await world.start(Self.second, [Named(Self.second)])
      try await world.withRole("echo", Self.list(Self.first, Self.second)) { channel in
        try await Self.allConnected(channel, 2)
        // Each client loop has a connection that the death will cut.
        for _ in 0..<8 { _ = try await channel.whoAnswers() }
        await dying.die()
        for _ in 0..<40 {
          #expect(try await channel.whoAnswers(patient, Named.harmless) == "b")
        }
        #expect(channel.instances.map(\.isConnected) == [false, true])
        try await world.start(Self.first, [Named(Self.first)])
        try await eventually("the first answers again") {
          try await channel.whoAnswers() == "a"
        }
      }
    }
  }

  @Test("leaves out an instance that says NOT_SERVING until it says SERVING")
  func heedsHealth() async throws {
    try await withWorld { world in
      let sick = Named(Self.first)
      try await world.start(Self.first, [sick])
      try await world.start(Self.second, [Named(Self.second)])
      try await world.withRole("echo", Self.list(Self.first, Self.second)) { channel in
        try await Self.allConnected(channel, 2)
        sick.behaviour.withLock { $0.isServing = false }
        try await eventually("the sick one is known") {
          channel.instances.map(\.isUnhealthy) == [true, false]
        }
        for _ in 0..<10 { #expect(try await channel.whoAnswers() == "b") }
        sick.behaviour.withLock { $0.isServing = true }
        try await eventually("it is used again") { try await channel.whoAnswers() == "a" }
      }
    }
  }

  @Test("leaves out an instance that answers UNAVAILABLE again and again")
  func heedsRefusals() async throws {
    try await withWorld { world in
      let failing = Named(Self.first)
      // Started, so that it is nobody's retry.
      failing.behaviour.withLock { $0.failure = RPCError(.unavailable, "the disk is gone") }
      try await world.start(Self.first, [failing])
      try await world.start(Self.second, [Named(Self.second)])
      let backend = Self.list(Self.first, Self.second)
      try await world.withRole("echo", backend, { $0.unhealthyInterval = .seconds(600) }) {
        channel in
        try await Self.allConnected(channel, 2)
        var options = CallOptions(timeout: .seconds(60))
        options.mayRetry = false
        var failureCount = 0
        for _ in 0..<40 {
          do { _ = try await channel.whoAnswers(options) } catch { failureCount += 1 }
        }
        #expect(failureCount == RoleChannelOptions().refusalThreshold)
        #expect(channel.instances.map(\.isUnhealthy) == [true, false])
      }
    }
  }

  @Test("picks for calls that a server forwards by their target")
  func forwards() async throws {
    try await withWorld { world in
      for key in [Self.first, Self.second] { try await world.start(key, [Named(key)]) }
      let backend = Self.list(Self.first, Self.second)
      let key = InstanceKey(role: "balancer", id: "1")
      // Forwarded calls stay on the loop that they came in on.
      let transport = world.network.client(
        as: World.identity(key.role, key.id),
        loops: [world.serverLoop]
      )
      let forwarding = RoleChannel(
        role: "echo",
        backend: backend,
        loops: transport.loops,
        logger: quietLogger
      ) { address, _ in ServiceChannel(to: address, over: transport) }
      let running = Task { await forwarding.run() }
      try await Self.allConnected(forwarding, 2)
      try await world.start(key, [], forwarder: RoleForwarder(channel: forwarding))
      let client = world.channel(
        World.address(key),
        as: InstanceKey(role: "client", id: "1")
      )
      var options = patient
      options.target = "endpoints/any"
      var counts: [String: Int] = [:]
      for _ in 0..<20 { counts[try await client.whoAnswers(options), default: 0] += 1 }
      #expect(counts == ["a": 10, "b": 10])
      backend.replace(with: StaticList(instances: []))
      let error = await #expect(throws: RPCError.self) { try await client.whoAnswers(options) }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("role echo: no instance is known") == true)
      client.close()
      running.cancel()
      await running.value
    }
  }

  @Test("sends calls where the fewest run, and streams count until they end")
  func countsStreams() async throws {
    try await withWorld { world in
      let services = [Named(Self.first), Named(Self.second)]
      for service in services { try await world.start(service.key, [service]) }
      let backend = Self.list(Self.first, Self.second)
      try await world.withRole(
        "echo",
        backend,
        { $0.policy = AnyPickPolicy(.leastOutstandingRequests) }
      ) { channel in
        try await Self.allConnected(channel, 2)
        // On one loop, whose set knows of the stream.
        try await Task(executorPreference: world.clientLoops[0]) {
          let busy = try await channel.serverStreaming(
            EchoMethods.serverStream,
            EchoRequest(),
            options: CallOptions(timeout: .seconds(60))
          ) { (stream: ResponseStream<EchoResponse>) async throws -> String in
            var iterator = stream.makeAsyncIterator()
            let busy = try await iterator.next()?.text ?? ""
            for _ in 0..<10 { #expect(try await channel.whoAnswers() != busy) }
            for service in services { service.release.open() }
            let last = try await iterator.next()
            #expect(last == nil)
            return busy
          }
          try await eventually("the stream's instance is used again") {
            try await channel.whoAnswers() == busy
          }
        }
        .value
      }
    }
  }

  @Test("says which role has nobody, and that the call was not started")
  func saysNobody() async throws {
    try await withWorld { world in
      try await world.withRole("store", Self.list(Self.first)) { channel in
        let error = await #expect(throws: RPCError.self) { try await channel.whoAnswers() }
        #expect(error?.code == .unavailable)
        #expect(error?.isNotStarted == true)
        #expect(error?.message == "role store: no instance is known")
      }
    }
  }

  @Test("says whom it could not reach, where and why")
  func saysWhy() async throws {
    try await withWorld { world in
      try await world.withRole("echo", Self.list(Self.first)) { channel in
        let error = await #expect(throws: RPCError.self) { try await channel.whoAnswers() }
        #expect(error?.code == .unavailable)
        #expect(error?.isNotStarted == true)
        let message = error?.message ?? ""
        #expect(message.hasPrefix("role echo: none of 1 instances is connected"))
        #expect(message.contains("echo/a at unix:/echo/a"))
        #expect(message.contains("nobody listens"))
      }
    }
  }

  @Test("lets a call that waits for ready wait until an instance comes, or until its deadline")
  func waitsForReady() async throws {
    try await withWorld { world in
      try await world.withRole("echo", Self.list(Self.first)) { channel in
        var short = CallOptions(timeout: .milliseconds(60))
        short.waitsForReady = true
        let error = await #expect(throws: RPCError.self) { try await channel.whoAnswers(short) }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.isNotStarted == true)
        var long = CallOptions(timeout: .seconds(60))
        long.waitsForReady = true
        async let answer = channel.whoAnswers(long)
        try await world.start(Self.first, [Named(Self.first)])
        #expect(try await answer == "a")
      }
    }
  }

  @Test("refuses calls over the limit of those that wait")
  func boundsWaiting() async throws {
    try await withWorld { world in
      let backend = Self.list(Self.first)
      try await world.withRole("echo", backend, { $0.waitingCallLimit = 0 }) { channel in
        var options = CallOptions(timeout: .seconds(60))
        options.waitsForReady = true
        let error = await #expect(throws: RPCError.self) { try await channel.whoAnswers(options) }
        #expect(error?.code == .resourceExhausted)
        #expect(error?.isNotStarted == true)
      }
    }
  }

  @Test("moves calls when the list changes, and lets those that run end where they are")
  func followsTheList() async throws {
    try await withWorld { world in
      let leaving = Named(Self.first)
      try await world.start(Self.first, [leaving])
      try await world.start(Self.second, [Named(Self.second)])
      let backend = Self.list(Self.first)
      try await world.withRole("echo", backend) { channel in
        try await channel.serverStreaming(
          EchoMethods.serverStream,
          EchoRequest(),
          options: CallOptions(timeout: .seconds(60))
        ) { (stream: ResponseStream<EchoResponse>) async throws -> Void in
          var iterator = stream.makeAsyncIterator()
          #expect(try await iterator.next()?.text == "a")
          backend.replace(with: StaticList(instances: [World.instance(Self.second)]))
          for _ in 0..<10 { #expect(try await channel.whoAnswers() == "b") }
          leaving.release.open()
          let last = try await iterator.next()
          #expect(last == nil)
        }
      }
    }
  }

  @Test("follows an instance that starts anew at another address")
  func followsRestart() async throws {
    try await withWorld { world in
      try await world.start(Self.first, [Named(Self.first)])
      try await world.start(Self.second, [Named(Self.second)])
      let backend = Self.list(Self.first)
      try await world.withRole("echo", backend) { (channel: RoleChannel) async throws -> Void in
        #expect(try await channel.whoAnswers() == "a")
        let moved = Instance(
          key: Self.first,
          generation: 2,
          addresses: World.instance(Self.second).addresses
        )
        backend.replace(with: StaticList(instances: [moved]))
        for _ in 0..<10 { #expect(try await channel.whoAnswers() == "b") }
        #expect(channel.instances.map(\.instance) == [moved])
      }
    }
  }

  @Test("is closed when its run ends")
  func closes() async throws {
    try await withWorld { world in
      try await world.start(Self.first, [Named(Self.first)])
      let channel = try await world.withRole("echo", Self.list(Self.first)) {
        (channel: RoleChannel) async throws -> RoleChannel in
        #expect(try await channel.whoAnswers() == "a")
        return channel
      }
      let error = await #expect(throws: RPCError.self) { try await channel.whoAnswers() }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("closed") == true)
    }
  }
}

private struct RoleForwarder: CallForwarder {
  let channel: RoleChannel

  func route(_ call: ForwardedCall) throws(RPCError) -> ForwardDecision {
    .forward(try channel.route())
  }
}
