import Primitives
import RPC
import RPCRuntime
import SecureTransport
import TestKit
import Transport

/// Host and worker in one process: the example services at one end of bare socket pairs.
struct SocketPairSide: Sendable {
  let side: RunningSide
  private let group: LoopGroup
  private let server: Server

  init() throws {
    let group = LoopGroup(threadCount: 2)
    let server = try Server([EchoAnswers(), InteropAnswers.Implemented()])
    self.group = group
    self.server = server
    let transport = PairTransport(group: group, server: server)
    side = RunningSide(
      server: ContractServer(
        strangersRole: "local",
        refusesStrangersPrincipal: false,
        isSoak: isSoak
      ) { caller, options in
        switch caller {
        case .stranger:
          ServiceChannel(to: .unix(path: "/pair"), over: transport, options: options)
        case .gateway: nil
        }
      },
      clientLoop: group.loops[0]
    )
  }

  func end() async {
    await server.drain()
    await group.shutdown()
  }
}

/// Makes a socket pair for each connection and gives its worker's end to a server on another loop.
struct PairTransport: ClientTransport {
  let group: LoopGroup
  let server: Server

  var loops: [any TransportLoop] { group.loops }

  func connect(
    to address: TransportAddress,
    on loop: any TransportLoop,
    makeHandler: @escaping @Sendable () -> any ByteChannelHandler
  ) {
    let here = group.loops.first { $0 === loop } ?? group.loops[0]
    let there = group.loops[(here.index + 1) % group.loops.count]
    do {
      let pair = try SocketPair()
      let server = server
      try SocketPairTransport.adopt(pair.worker, on: there) { server.handler(on: there) }
      try SocketPairTransport.adopt(pair.host, on: here, makeHandler: makeHandler)
    } catch {
      let reason = "\(error)"
      here.execute { makeHandler().closed(.failed(reason)) }
    }
  }
}
