import ArgumentParser
import Primitives
import RPC
import RPCRuntime
import SecureTransport
import TestProtocols
import Transport

/// This project's side of the wire benchmark, with a production service's defaults.
@main
struct WireBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wire-benchmark",
    abstract: "Measures this project's wire: one process serves, another one calls.",
    discussion: """
      DIR holds ca.pem, server.pem, server.key, client.pem and client.key.

        wire-benchmark server --certificates DIR
        wire-benchmark client --certificates DIR --address HOST:PORT --in-flight 64
      """,
    subcommands: [Serve.self, Call.self, Handshakes.self, Stream.self]
  )
}

struct CertificateOptions: ParsableArguments {
  @Option(help: "The folder with the certificates.")
  var certificates: String

  func identity(_ name: String) throws -> TLSIdentity {
    try TLSIdentity(
      TLSFiles(
        certificateChain: "\(certificates)/\(name).pem",
        privateKey: "\(certificates)/\(name).key",
        authorities: "\(certificates)/ca.pem"
      )
    )
  }

  func client(_ loops: LoopGroup) throws -> TLSClientTransport {
    try TLSClientTransport(
      loops: loops,
      identity: try identity("client"),
      verification: .service(suite: "martlet-test", roles: ["testkit"])
    )
  }
}

struct TargetOptions: ParsableArguments {
  @Option(help: "The server, as HOST:PORT.")
  var address: String

  func resolved() throws -> TransportAddress {
    guard let address = TransportAddress(address) else {
      throw ValidationError("--address \(address) is not HOST:PORT")
    }
    return address
  }
}

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "server",
    abstract: "Answers until it gets SIGTERM."
  )

  @OptionGroup var certificates: CertificateOptions
  @Option(help: "Where to listen, as HOST:PORT.")
  var listen = "127.0.0.1:0"
  @Option(help: "Floats a call; the server answers whatever comes.")
  var floats = 16

  func run() async throws {
    guard let address = TransportAddress(listen) else {
      throw ValidationError("--listen \(listen) is not HOST:PORT")
    }
    let loops = LoopGroup()
    let transport = try TLSServerTransport(
      loops: loops,
      listenOn: [.address(address)],
      identity: try certificates.identity("server"),
      policy: TLSListenerPolicy(clientCertificate: .required)
    )
    let server = try Server([Bench()])
    try await server.serve(transport)
    print("{\"addresses\":[\"\(transport.addresses[0])\"]}")
    flushOutput()
    // SIGTERM's default ends the process: there is nothing to save.
    while !Task.isCancelled { try await Task.sleep(for: .seconds(3600)) }
  }
}

/// Answers with what it was sent.
struct Bench: BenchService {
  func echo(_ request: Sample, context: CallContext) async throws -> Sample { request }

  func flood(
    _ request: Sample,
    to responses: ResponseWriter<Sample>,
    context: CallContext
  ) async throws {
    while !context.isCancelled { try await responses.write(request) }
  }
}
