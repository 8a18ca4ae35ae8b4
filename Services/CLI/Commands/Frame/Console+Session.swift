import Glibc
import RPC
import RPCRuntime
import SecureTransport
import Transport

extension Console {
  /// Runs `body` with a connection to the gateway: the one that `martlet up` started in the folder
  /// of state, or the one that `--gateway` names.
  ///
  /// - Throws: `CommandError` 69 when no services run here; what `body` throws, with a word more
  ///   when the gateway could not be reached or refused the key.
  func withSession<Result>(
    _ body: (Session) async throws -> Result
  ) async throws -> Result {
    // One thread serves a person's command.
    let loops = LoopGroup(threadCount: 1)
    let outcome = await outcome(loops, body)
    // By now nobody holds the channel any more: it closes on its loop, which still runs.
    await loops.shutdown()
    return try outcome.get()
  }

  private func outcome<Result>(
    _ loops: LoopGroup,
    _ body: (Session) async throws -> Result
  ) async -> Swift.Result<Result, any Error> {
    do {
      return .success(try await body(try makeSession(loops)))
    } catch {
      return .failure(explained(error))
    }
  }

  private func makeSession(_ loops: LoopGroup) throws -> Session {
    let key = GlobalOptions.environment("MARTLET_KEY")
    var credentials = Metadata()
    if let key { credentials.append("authorization", "Bearer \(key)") }
    if let gateway = remoteGateway {
      return try remoteSession(gateway, loops, credentials)
    }
    let record = try localConnection()
    guard let address = TransportAddress(record.nativeAddress) else {
      throw CommandError("\(state.connection) is damaged: no address of a gateway in it")
    }
    let transport = try TLSClientTransport(
      loops: loops,
      identity: try TLSIdentity(
        TLSFiles(
          certificateChain: key == nil ? record.certificate : nil,
          privateKey: key == nil ? record.key : nil,
          authorities: record.authorities
        )
      ),
      verification: .service(suite: record.suite, roles: ["gateway"])
    )
    return Session(
      channel: channel(to: address, over: transport),
      credentials: credentials,
      selfHostedModels: record.selfHostedModels,
      httpsAddress: record.httpsAddress
    )
  }

  private func remoteSession(
    _ gateway: String,
    _ loops: LoopGroup,
    _ credentials: Metadata
  ) throws -> Session {
    guard case .tcp? = TransportAddress(gateway), let address = TransportAddress(gateway) else {
      throw CommandError(
        "\"\(gateway)\" is no address of a gateway",
        remedy: "give it as HOST:PORT, such as gateway.example:7443",
        exit: .usage
      )
    }
    guard !credentials.isEmpty else {
      throw CommandError(
        "a gateway elsewhere asks for a key, and MARTLET_KEY is not set",
        remedy: "make one there with `martlet keys create NAME` and set MARTLET_KEY",
        exit: .notAllowed
      )
    }
    let authorities = options.authorities ?? GlobalOptions.environment("MARTLET_AUTHORITIES")
    let files = TLSFiles(certificateChain: nil, privateKey: nil, authorities: authorities)
    let transport = try TLSClientTransport(
      loops: loops,
      identity: try TLSIdentity(files),
      verification: .addressHost
    )
    return Session(
      channel: channel(to: address, over: transport),
      credentials: credentials,
      selfHostedModels: nil,
      httpsAddress: nil
    )
  }

  private func channel(
    to address: TransportAddress,
    over transport: TLSClientTransport
  ) -> ServiceChannel {
    var options = ChannelOptions()
    options.agent = "martlet-cli/\(Martlet.version)"
    return ServiceChannel(to: address, over: transport, name: Self.channelName, options: options)
  }

  /// What `martlet up` wrote, while its supervisor lives.
  func localConnection() throws -> ConnectionRecord {
    guard access(state.connection, F_OK) == 0, SupervisorLock.isHeld(state.lock) else {
      throw CommandError.servicesNotUp(state, try Supervision.look(state))
    }
    return try ConnectionRecord.read(state.connection)
  }

  private func explained(_ error: any Error) -> any Error {
    guard let error = error as? RPCError else { return error }
    var failure = CommandError(error)
    let hasKey = GlobalOptions.environment("MARTLET_KEY") != nil
    switch error.code {
    case .unauthenticated where hasKey:
      failure.message = "the gateway does not know the key in MARTLET_KEY: \(error.message)"
      failure.remedy =
        "make another with `martlet keys create NAME`, or unset MARTLET_KEY to use the operator's "
        + "certificate of this machine"
    case .permissionDenied where hasKey:
      failure.remedy =
        "MARTLET_KEY stands in for the operator: unset it on the machine of `martlet up`, or use a "
        + "key with this right"
    case .unavailable where isRemote && error.message.hasPrefix("\(Self.channelName):"):
      failure.remedy =
        "check the address, that the gateway runs there, and that --authorities names the file "
        + "that its certificate comes from (pki/ca.pem in its folder of state)"
    default: break
    }
    return failure
  }

  private var isRemote: Bool { remoteGateway != nil }

  private var remoteGateway: String? {
    options.gateway ?? GlobalOptions.environment("MARTLET_GATEWAY")
  }

  /// Stands before what goes wrong with the connection itself.
  private static let channelName = "the gateway"
}
