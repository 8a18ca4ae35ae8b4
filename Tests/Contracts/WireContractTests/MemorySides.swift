import InProcessTransport
import Primitives
import RPC
import RPCRuntime
import TestKit
import Transport

/// The example services in this process, reached directly and through forwarders.
struct MemorySides: Sendable {
  let direct: RunningSide
  let forwarded: RunningSide
  private let loops: [ThreadLoop]
  private let servers: [Server]

  init() async throws {
    let clientLoops = [ThreadLoop(), ThreadLoop()]
    let forwarderLoops = [ThreadLoop(), ThreadLoop()]
    let serverLoops = [ThreadLoop(), ThreadLoop()]
    loops = clientLoops + forwarderLoops + serverLoops
    let network = InProcessNetwork()
    let address = TransportAddress.unix(path: "/server")
    let server = try Server([EchoAnswers(), InteropAnswers.Implemented()])
    try await server.serve(
      network.server(at: address, as: identity("testkit"), loops: serverLoops)
    )
    var servers = [server]
    // Upstream the forwarder's own role counts, so there is one for each that a caller plays.
    for role in ["balancer", "gateway"] {
      let channel = ServiceChannel(
        to: address,
        over: network.client(as: identity(role), loops: forwarderLoops)
      )
      var options = ServerOptions()
      options.forwarder = Onward(channel: channel)
      let forwarder = try Server([], options: options)
      try await forwarder.serve(
        network.server(
          at: .unix(path: "/\(role)"),
          as: identity(role),
          loops: forwarderLoops
        )
      )
      servers.append(forwarder)
    }
    self.servers = servers
    let role: @Sendable (ContractServer.Caller) -> String = { caller in
      switch caller {
      case .stranger: "client"
      case .gateway: "gateway"
      }
    }
    direct = RunningSide(
      server: ContractServer(
        strangersRole: "client",
        refusesStrangersPrincipal: true,
        isSoak: isSoak
      ) { caller, options in
        ServiceChannel(
          to: address,
          over: network.client(as: identity(role(caller)), loops: clientLoops),
          options: options
        )
      },
      clientLoop: clientLoops[0]
    )
    forwarded = RunningSide(
      server: ContractServer(
        strangersRole: "balancer",
        refusesStrangersPrincipal: true,
        isSoak: isSoak
      ) { caller, options in
        let name = caller == .gateway ? "gateway" : "balancer"
        let channel = ServiceChannel(
          to: .unix(path: "/\(name)"),
          over: network.client(as: identity(role(caller)), loops: clientLoops),
          options: options
        )
        return TargetedChannel(channel: channel, target: "endpoints/contract")
      },
      clientLoop: clientLoops[0]
    )
  }

  func end() async {
    for server in servers.reversed() { await server.drain() }
    for loop in loops { loop.shutdown() }
  }
}

/// Sends every call to one server.
struct Onward: CallForwarder {
  let channel: ServiceChannel

  func route(_ call: ForwardedCall) throws(RPCError) -> ForwardDecision {
    .forward(ForwardRoute(channel))
  }
}

/// A channel whose calls are for somebody behind a forwarder.
struct TargetedChannel: CallChannel {
  let channel: any CallChannel
  let target: String

  private func targeted(_ options: CallOptions) -> CallOptions {
    var options = options
    if options.target.isEmpty { options.target = target }
    return options
  }

  func unary(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource
  ) async throws(RPCError) -> Answer {
    try await channel.unary(method, options: targeted(options), request)
  }

  func open(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource?
  ) async throws(RPCError) -> ClientCall {
    try await channel.open(method, options: targeted(options), request)
  }
}
