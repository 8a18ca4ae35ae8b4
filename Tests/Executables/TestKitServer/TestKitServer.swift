import HTTPEdge
import Primitives
import RPC
import RPCRuntime
import SecureTransport
import ServicePort
import ServiceRuntime
import Settings
import Synchronization
import TestKit
import Transport

/// The contract kit's example services as a process of their own, over TLS.
///
/// When it listens it prints a `ReadyLine`.
@main
enum TestKitServer {
  static let certificates = Setting(
    required: "certificates",
    .path,
    doc: "the folder that holds ca.pem, server.pem and server.key"
  )
  static let listen = Setting(
    "listen",
    .addresses(count: 1...16),
    default: [.tcp(host: "127.0.0.1", port: 0)],
    doc: "where calls are answered"
  )
  static let isPublic = Setting(
    "public",
    .bool,
    default: true,
    doc: "treat peers as people's clients, not as services"
  )
  static let privatePort = PrivatePortSettings(defaultAddress: .tcp(host: "127.0.0.1", port: 0))

  static func main() async {
    await ServiceMain.run(
      ServiceDefinition(
        name: "testkit-server",
        about: "the example services of the contract kit",
        version: "1.0.0",
        settings: [certificates, listen, isPublic] + privatePort.all,
        checks: privatePort.checks
      ) { context in
        let folder = context.settings[certificates]
        var configuration = ServicePortConfiguration(
          addresses: context.settings[listen],
          files: TLSFiles(
            certificateChain: "\(folder)/server.pem",
            privateKey: "\(folder)/server.key",
            authorities: "\(folder)/ca.pem"
          )
        )
        configuration.clientCertificate = .required
        configuration.isPublic = context.settings[isPublic]
        let metrics = PrivatePort(privatePort, context)
        let port = ServicePort(
          configuration,
          context,
          services: [EchoAnswers(), InteropAnswers.Implemented()]
        ) { addresses in
          ReadyLine(addresses: addresses, metrics: metrics.boundAddress).print()
        }
        return [metrics, port]
      }
    )
  }
}
