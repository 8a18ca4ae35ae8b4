import DiscoveryCore
import Primitives
import Testing

/// A registry, instances that register with it and clients that watch it, under a virtual clock and
/// a network that loses, doubles, delays and reorders messages. Everything follows from the seed.
struct SimulatedWorld {
  enum Message: Equatable {
    case request(node: Int, RegistryRequest, generation: UInt64)
    case answer(node: Int, RequestNumber, RegistryAnswer, generation: UInt64)
    case watch(client: Int, WatchRequest)
    case snapshot(client: Int, WatchNumber, Snapshot)
    case batch(client: Int, WatchNumber, DeltaBatch)
    case watchEnded(client: Int, WatchNumber, WatchEnd)
  }

  enum Event: Equatable {
    case deliver(Message)
    case registryTimer(epoch: UInt64)
    case nodeTimer(Int, generation: UInt64)
    case clientTimer(Int)
    case healthChecks
    case act
  }

  struct Node {
    var registration: Registration
    var isAlive = true
    var wakeAt: Instant?
  }

  struct Client {
    var view: MemberView
    var wakeAt: Instant?
    /// What the changes add up to; to be the view's members at any time.
    var shadow: [String: Member.Standing] = [:]
    /// Members that must not go, while the registry is away.
    var protected = Set<String>()
  }

  struct Settings {
    var nodeCount = 8
    var clientCount = 4
    var lossShare = 0.15
    var doubledShare = 0.15
    var longestDelay = Duration.seconds(3)
    /// Seconds between random acts (crash, restart, drain, leave, announce, registry outage).
    var actInterval = 4.0
    var historyCount = 3
  }

  let seed: UInt64
  let settings: Settings
  var generator: SeededGenerator
  var now = at(0)
  var registry: Membership?
  var registryWakeAt: Instant?
  var nodes: [Node] = []
  var clients: [Client] = []
  /// Nodes whose messages do not reach the registry.
  var cutOff = Set<Int>()
  var isQuiet = false
  var expiryCount = 0

  var queue: [(time: Instant, order: Int, event: Event)] = []
  var order = 0
  var epoch: UInt64 = 0
  var watches: [WatcherID: (client: Int, number: WatchNumber)] = [:]
  var nextWatcher: UInt64 = 0
  /// When the registry last granted each listed instance's lease.
  var granted: [InstanceKey: Instant] = [:]
  /// The lowest generation that may be listed under a name.
  var lowestGeneration: [InstanceKey: UInt64] = [:]

  init(seed: UInt64, settings: Settings = Settings()) {
    self.seed = seed
    self.settings = settings
    generator = SeededGenerator(seed: seed)
    startRegistry()
    for index in 0..<settings.nodeCount {
      nodes.append(Node(registration: Registration(instance("n\(index)"))))
      startNode(index)
    }
    for index in 0..<settings.clientCount {
      clients.append(Client(view: MemberView(role: "inference")))
      if case .watch(let request, let wakeAt) = clients[index].view.start(now: now) {
        arm(client: index, wakeAt)
        send(.watch(client: index, request))
      }
    }
    schedule(.healthChecks, after: .seconds(10))
    schedule(.act, after: .seconds(settings.actInterval))
  }

  var comment: Comment { "seed \(seed), \(now - at(0))" }

  // MARK: Clock and network

  mutating func schedule(_ event: Event, after delay: Duration) {
    order += 1
    queue.append((now + delay, order, event))
  }

  mutating func send(_ message: Message) {
    func isLost() -> Bool {
      !isQuiet && Double.random(in: 0..<1, using: &generator) < settings.lossShare
    }
    var copies = isLost() ? 0 : 1
    if Double.random(in: 0..<1, using: &generator) < settings.doubledShare { copies *= 2 }
    let longest = isQuiet ? Duration.milliseconds(50) : settings.longestDelay
    for _ in 0..<copies {
      schedule(
        .deliver(message),
        after: longest * Double.random(in: 0.001...1, using: &generator)
      )
    }
  }

  /// Runs until `end`.
  mutating func run(until end: Instant) {
    while let next = queue.indices.min(by: {
      (queue[$0].time, queue[$0].order) < (queue[$1].time, queue[$1].order)
    }), queue[next].time <= end {
      let entry = queue[next]
      queue.swapAt(next, queue.count - 1)
      queue.removeLast()
      now = entry.time
      handle(entry.event)
    }
    now = end
  }

  mutating func handle(_ event: Event) {
    switch event {
    case .deliver(let message): deliver(message)
    case .registryTimer(let epoch):
      guard epoch == self.epoch, registryWakeAt == now else { return }
      expire()
    case .nodeTimer(let index, let generation):
      guard nodes[index].isAlive, nodes[index].wakeAt == now,
        nodes[index].registration.instance.generation == generation
      else { return }
      nodeTimer(index)
    case .clientTimer(let index):
      if clients[index].wakeAt == now { clientTimer(index) }
    case .healthChecks:
      healthChecks()
      schedule(.healthChecks, after: .seconds(10))
    case .act:
      if !isQuiet {
        act()
        schedule(.act, after: .seconds(settings.actInterval))
      }
    }
  }

  mutating func deliver(_ message: Message) {
    switch message {
    case .request(let node, let request, let generation):
      if cutOff.contains(node) { return }
      serve(request, node: node, generation: generation)
    case .answer(let node, let number, let answer, let generation):
      if cutOff.contains(node) || !nodes[node].isAlive { return }
      guard nodes[node].registration.instance.generation == generation else { return }
      answered(node, number, answer)
    case .watch(let client, let request): serveWatch(request, client: client)
    case .snapshot(let client, let number, let snapshot):
      // Nothing that left before the outage arrives in it.
      if registry == nil { return }
      observe(client) { view, now, generator in
        switch view.snapshotArrived(snapshot, on: number, now: now, using: &generator) {
        case .applied(let changes, let wakeAt): (changes, wakeAt, nil)
        case .refused(let wakeAt): ([], wakeAt, nil)
        case .ignored: ([], nil, nil)
        }
      }
    case .batch(let client, let number, let batch):
      if registry == nil { return }
      observe(client) { view, now, _ in
        switch view.batchArrived(batch, on: number, now: now) {
        case .applied(let changes, let wakeAt): (changes, wakeAt, nil)
        case .relist(let request, let wakeAt): ([], wakeAt, request)
        case .ignored: ([], nil, nil)
        }
      }
    case .watchEnded(let client, let number, let end):
      observe(client) { view, now, generator in
        switch view.watchEnded(number, end, now: now, using: &generator) {
        case .wait(let wakeAt): ([], wakeAt, nil)
        case .relist(let request, let wakeAt): ([], wakeAt, request)
        case .ignored: ([], nil, nil)
        }
      }
    }
  }

  // MARK: Clients

  mutating func arm(client: Int, _ wakeAt: Instant) {
    clients[client].wakeAt = wakeAt
    schedule(.clientTimer(client), after: wakeAt - now)
  }

  /// One event of one view, with everything that must hold whatever the event was.
  mutating func observe(
    _ index: Int,
    _ event: (inout MemberView, Instant, inout SeededGenerator) -> (
      [MemberChange], Instant?, WatchRequest?
    )
  ) {
    let before = clients[index].view.position
    let (changes, wakeAt, request) = event(&clients[index].view, now, &generator)
    let view = clients[index].view
    if let before, let after = view.position, before.epoch == after.epoch {
      #expect(after.revision >= before.revision, comment)
    }
    for change in changes {
      switch change {
      case .added(let instance):
        #expect(clients[index].shadow[instance.key.id] == nil, comment)
        clients[index].shadow[instance.key.id] = .listed
      case .updated(let instance): #expect(clients[index].shadow[instance.key.id] != nil, comment)
      case .removed(let key):
        #expect(clients[index].shadow.removeValue(forKey: key.id) != nil, comment)
      case .quarantined(let key):
        #expect(clients[index].shadow[key.id] == .listed, comment)
        clients[index].shadow[key.id] = .quarantined
      case .cleared(let key):
        #expect(clients[index].shadow[key.id] == .quarantined, comment)
        clients[index].shadow[key.id] = .listed
      }
    }
    #expect(view.members.mapValues(\.standing) == clients[index].shadow, comment)
    #expect(
      clients[index].protected.isSubset(of: view.members.keys),
      "\(comment): a member was lost because the registry was"
    )
    if let wakeAt { arm(client: index, wakeAt) }
    if let request { send(.watch(client: index, request)) }
  }

  mutating func clientTimer(_ index: Int) {
    observe(index) { view, now, generator in
      switch view.timerFired(now: now, using: &generator) {
      case .watch(let request, let wakeAt): ([], wakeAt, request)
      case .giveUp(let wakeAt), .wait(let wakeAt): ([], wakeAt, nil)
      case .ignored: ([], nil, nil)
      }
    }
  }

  /// What is in doubt is checked; a check tells the truth.
  mutating func healthChecks() {
    for index in clients.indices {
      let doubted = clients[index].view.members.filter { $0.value.standing == .quarantined }
      for id in doubted.keys.sorted() {
        let isHealthy = nodes.contains {
          $0.isAlive && $0.registration.instance.key.id == id
            && $0.registration.phase != .left
        }
        if !isHealthy { clients[index].protected.remove(id) }
        observe(index) { view, _, _ in
          switch view.healthDecided(id: id, isHealthy: isHealthy) {
          case .removed(let change): ([change], nil, nil)
          case .kept, .unknown: ([], nil, nil)
          }
        }
      }
    }
  }

  // MARK: Nodes

  mutating func startNode(_ index: Int) {
    if case .send(let request, let wakeAt) = nodes[index].registration.start(now: now) {
      send(request, from: index, wakeAt)
    }
  }

  mutating func send(_ request: RegistryRequest, from index: Int, _ wakeAt: Instant) {
    let generation = nodes[index].registration.instance.generation
    arm(node: index, wakeAt)
    send(.request(node: index, request, generation: generation))
  }

  mutating func arm(node: Int, _ wakeAt: Instant) {
    nodes[node].wakeAt = wakeAt
    let generation = nodes[node].registration.instance.generation
    schedule(.nodeTimer(node, generation: generation), after: wakeAt - now)
  }

  mutating func nodeTimer(_ index: Int) {
    switch nodes[index].registration.timerFired(now: now, using: &generator) {
    case .send(let request, let wakeAt): send(request, from: index, wakeAt)
    case .giveUp(let wakeAt), .wait(let wakeAt): arm(node: index, wakeAt)
    case .left, .ignored: nodes[index].wakeAt = nil
    }
  }

  mutating func answered(_ index: Int, _ number: RequestNumber, _ answer: RegistryAnswer) {
    switch nodes[index].registration.answered(number, answer, now: now, using: &generator) {
    case .listed(_, let wakeAt), .renewed(let wakeAt), .retry(_, let wakeAt):
      arm(node: index, wakeAt)
    case .send(let request, let wakeAt): send(request, from: index, wakeAt)
    case .left: nodes[index].wakeAt = nil
    case .superseded: Issue.record("\(comment): there is one process an instance here")
    case .ignored: break
    }
  }

  mutating func decide(_ index: Int, _ decision: (inout Registration, Instant) -> OnDecision) {
    if case .send(let request, let wakeAt) = decision(&nodes[index].registration, now) {
      send(request, from: index, wakeAt)
    }
  }

  // MARK: Acts

  mutating func act() {
    let index = Int.random(in: 0..<nodes.count, using: &generator)
    switch Int.random(in: 0..<12, using: &generator) {
    case 0, 1: nodes[index].isAlive = false
    case 2, 3, 4:
      guard !nodes[index].isAlive || nodes[index].registration.phase == .left else { return }
      restartNode(index)
    case 5: if nodes[index].isAlive { decide(index) { $0.drain(now: $1) } }
    case 6: if nodes[index].isAlive { decide(index) { $0.leave(now: $1) } }
    case 7, 8:
      guard nodes[index].isAlive else { return }
      let weight = Int.random(in: 0...100, using: &generator)
      decide(index) { registration, now in
        registration.announce(
          addresses: registration.instance.addresses,
          weight: weight,
          labels: [:],
          attributes: [:],
          now: now
        )
      }
    case 9: if cutOff.remove(index) == nil { cutOff.insert(index) }
    case 10: if registry == nil { startRegistry() } else { stopRegistry() }
    case _: if registry == nil { startRegistry() }
    }
  }

  mutating func restartNode(_ index: Int) {
    let generation = nodes[index].registration.instance.generation
    nodes[index] = Node(
      registration: Registration(instance("n\(index)", generation: generation + 1))
    )
    startNode(index)
  }
}
