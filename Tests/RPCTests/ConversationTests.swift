import Primitives
import Testing

@testable import RPC

/// A client and a server that speak with each other, by lot.
@Suite struct ConversationTests {
  /// One step of either side or of the wire.
  private func step(_ world: inout Conversation, drains: Bool) throws {
    switch Int.random(in: 0..<16, using: &world.generator) {
    case 0: world.openCall()
    case 1...3: if let id = world.pick(world.openOnClient) { _ = world.clientSends(id) }
    case 4: if let id = world.pick(world.openOnClient) { _ = world.callerTakes(id) }
    case 5: if world.chance(8), let id = world.pick(world.openOnClient) { world.giveUp(id) }
    case 6...8: try world.clientReceives()
    case 9...11: try world.serverReceives()
    case 12, 13: if let id = world.pick(world.serverCalls.keys) { _ = world.serverSends(id) }
    case 14: if let id = world.pick(world.serverCalls.keys) { _ = world.handlerTakes(id) }
    default:
      if let id = world.pick(world.serverCalls.keys) { _ = world.handlerReturns(id) }
      if drains, world.chance(60), world.clientCalls.count > 3 {
        world.perform(world.server.beginDrain(now: world.now))
      }
      if drains, world.chance(2), world.server.drain != .serving {
        // Time passes, so that the final GoAway may come before the client's answer.
        world.now = world.now + .seconds(5)
        world.perform(world.server.drainTick(now: world.now))
      }
    }
    world.check()
  }

  /// Nothing new: both sides do what is left until neither can do anything.
  private func settle(_ world: inout Conversation, endCalls: Bool) throws {
    var progressed = true
    var rounds = 0
    while progressed {
      progressed = false
      while !world.toServer.isEmpty || !world.toClient.isEmpty {
        try world.serverReceives()
        try world.clientReceives()
        progressed = true
      }
      for id in world.openOnClient.sorted() {
        if world.callerTakes(id) { progressed = true }
        while world.clientSends(id) { progressed = true }
      }
      for id in world.serverCalls.keys.sorted() {
        if world.handlerTakes(id) { progressed = true }
        guard endCalls || world.serverCalls[id]?.outgoing.isEmpty == false else { continue }
        while world.serverSends(id) { progressed = true }
        if world.handlerReturns(id) { progressed = true }
      }
      world.check()
      rounds += 1
      try #require(rounds < 100_000, "seed \(world.seed) does not come to an end")
    }
  }

  /// Nobody holds anything back any more: each window is what its Hello said.
  private func expectWholeWindows(_ world: Conversation) {
    let (client, server) = (world.client, world.server)
    let note = Comment(rawValue: "seed \(world.seed)")
    #expect(client.sendCredit == server.receive.available, note)
    #expect(server.sendCredit == client.receive.available, note)
    #expect(
      server.receive.available + server.receive.unannounced
        == world.serverLimits.connectionWindowBytes,
      note
    )
    #expect(
      client.receive.available + client.receive.unannounced
        == world.clientLimits.connectionWindowBytes,
      note
    )
  }

  @Test(
    "Whatever they do, every call has one outcome, credit holds, and windows end where they began",
    arguments: UInt64(1)...120
  )
  func endsWell(seed: UInt64) throws {
    var world = Conversation(seed: seed)
    for _ in 0..<1500 where !world.isClosed { try step(&world, drains: seed % 2 == 0) }
    try settle(&world, endCalls: true)
    #expect(world.openOnClient.isEmpty, "seed \(seed): a call waits for ever")
    #expect(world.client.openStreams == 0, "seed \(seed)")
    #expect(world.server.openStreams == 0, "seed \(seed)")
    #expect(world.clientCalls.count > 3, "seed \(seed): hardly anything happened")
    for (id, call) in world.clientCalls {
      #expect(call.outcome != nil, "seed \(seed), stream \(id)")
    }
    expectWholeWindows(world)
  }

  @Test("The lots come to every outcome that a call may have")
  func everyOutcome() throws {
    var seen: [Outcome] = []
    for seed in UInt64(1)...40 {
      var world = Conversation(seed: seed)
      for _ in 0..<1500 where !world.isClosed { try step(&world, drains: true) }
      try settle(&world, endCalls: true)
      seen += world.clientCalls.values.compactMap(\.outcome)
    }
    for outcome in [Outcome.ended, .notStarted, .refusedByGoAway, .gaveUp] {
      #expect(seen.count { $0 == outcome } >= 3, "\(outcome)")
    }
  }

  @Test(
    "While calls are open and all is taken, each stream's window is whole too",
    arguments: UInt64(200)...240
  )
  func streamWindows(seed: UInt64) throws {
    var world = Conversation(seed: seed)
    for _ in 0..<600 { try step(&world, drains: false) }
    // Calls whose answer is due stay open: only messages leave, no End.
    try settle(&world, endCalls: false)
    expectWholeWindows(world)
    for (id, call) in world.serverCalls where !call.isCancelled && !call.isEnded {
      guard world.openOnClient.contains(id), let mine = world.clientCalls[id] else { continue }
      let there = world.server.streams[call.slot]
      let here = world.client.streams[mine.slot]
      #expect(there.send.available == here.receive.available, "seed \(seed), stream \(id)")
      #expect(
        here.receive.available + here.receive.unannounced == world.clientLimits.streamWindowBytes,
        "seed \(seed), stream \(id)"
      )
      guard there.phase == .open else { continue }
      #expect(here.send.available == there.receive.available, "seed \(seed), stream \(id)")
    }
  }
}
