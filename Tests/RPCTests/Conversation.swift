import Primitives
import Testing

@testable import RPC

/// What travels, without its bytes.
enum ClientFrame {
  case hello(Hello)
  case begin(id: UInt32, DataPart)
  case data(id: UInt32, DataPart)
  case cancel(id: UInt32)
  case window(id: UInt32, credit: UInt32)
  case ping(Ping)
}

enum ServerFrame {
  case hello(Hello)
  case head(id: UInt32)
  case data(id: UInt32, DataPart)
  case end(id: UInt32, count: Int, notStarted: Bool)
  case window(id: UInt32, credit: UInt32)
  case ping(Ping)
  case goAway(GoAway)
}

struct DataPart {
  var count: Int
  var more = false
  var end = false

  /// What it costs beside the Begin or End that it may ride on.
  var cost: Int { max(count, end || more ? 0 : 1) }
}

/// Messages that one side of a call has to send; 0 = an empty one.
struct Outgoing {
  var messages: [Int]
  /// Bytes of the first message that are still here.
  var rest: Int?
  var isClosed = false

  var isEmpty: Bool { messages.isEmpty }

  /// The next part within `grant`, which takes credit; nil without any.
  mutating func next(_ grant: (Int) -> Int) -> DataPart? {
    guard let size = messages.first else { return nil }
    let left = rest ?? size
    let granted = grant(max(1, left))
    guard granted > 0 else { return nil }
    let count = min(left, granted)
    rest = left - count
    if rest == 0 {
      messages.removeFirst()
      rest = nil
    }
    return DataPart(count: count, more: rest != nil)
  }
}

/// How a call came out for its caller.
enum Outcome: Equatable { case ended, notStarted, refusedByGoAway, gaveUp }

/// A client and a server and the two wires between them. What each does next is drawn by lot; each
/// obeys its machine, so neither may ever see a violation.
struct Conversation {
  struct ClientCall {
    var slot: Int
    var outgoing: Outgoing
    /// Bytes that came and were not taken yet.
    var untaken = 0
    var outcome: Outcome?
  }

  struct ServerCall {
    var slot: Int
    var outgoing: Outgoing
    var untaken = 0
    var hasHead = false
    var isEnded = false
    var isCancelled = false
  }

  let seed: UInt64
  var generator: SeededGenerator
  var now = Instant.start
  var client: ClientConnection
  var server: ServerConnection
  var toServer: [ClientFrame] = []
  var toClient: [ServerFrame] = []
  var clientCalls: [UInt32: ClientCall] = [:]
  /// Calls that hold a slot on the client, by id; a call given up stays until its End.
  var openOnClient = Set<UInt32>()
  var serverCalls: [UInt32: ServerCall] = [:]
  /// Calls whose handler has started.
  var started = Set<UInt32>()
  var isClosed = false
  let clientLimits: WireLimits
  let serverLimits: WireLimits

  init(seed: UInt64) {
    self.seed = seed
    var generator = SeededGenerator(seed: seed)
    func limits() -> WireLimits {
      WireLimits.sample {
        $0.streamWindowBytes =
          [2048, 20_000, 256 << 10, 400_000].randomElement(using: &generator) ?? 0
        $0.connectionWindowBytes =
          [4096, 50_000, 4 << 20, 6 << 20].randomElement(using: &generator) ?? 0
        $0.maximumStreams = [2, 10, 128].randomElement(using: &generator) ?? 0
        $0.lingeringHandlerLimit = [0, 32].randomElement(using: &generator) ?? 0
        $0.chunkBytes = [700, 16 << 10, 64 << 10].randomElement(using: &generator) ?? 0
      }
    }
    clientLimits = limits()
    serverLimits = limits()
    self.generator = generator
    client = ClientConnection(limits: clientLimits, now: .start)
    server = ServerConnection(
      limits: serverLimits,
      isPublic: false,
      now: .start,
      drainPing: ServerConnection.drainPing
    )
    toServer.append(.hello(Hello(limits: clientLimits, agent: "client")))
    toClient.append(.hello(Hello(limits: serverLimits, agent: "server")))
  }

  /// True once in `count` times.
  mutating func chance(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

  mutating func messages() -> Outgoing {
    let count = Int.random(in: 0...4, using: &generator)
    return Outgoing(
      messages: (0..<count).map { _ in
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: 0
        case 1: Int.random(in: 1...100, using: &generator)
        case 2: Int.random(in: 1...10_000, using: &generator)
        default: Int.random(in: 1...300_000, using: &generator)
        }
      }
    )
  }

  mutating func pick(_ ids: some Sequence<UInt32>) -> UInt32? {
    ids.sorted().randomElement(using: &generator)
  }

  /// What holds at any time.
  func check() {
    // Below zero only by what a smaller Hello took back of the default.
    let takenBack = min(0, serverLimits.connectionWindowBytes - (4 << 20))
    #expect(client.sendCredit >= (client.peerHello == nil ? 0 : takenBack), "seed \(seed)")
    #expect(server.sendCredit >= 0, "seed \(seed)")
    #expect(client.receive.available >= 0, "seed \(seed)")
    #expect(client.openStreams == openOnClient.count, "seed \(seed)")
    #expect(server.openStreams == serverCalls.count, "seed \(seed)")
    for call in serverCalls.values {
      #expect(server.streamCredit(slot: call.slot) >= 0, "seed \(seed)")
    }
  }
}
