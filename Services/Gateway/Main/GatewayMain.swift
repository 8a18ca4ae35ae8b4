import GatewayServer
import HTTPEdge
import SecureTransport
import ServiceMesh
import ServicePort
import ServiceRuntime
import Transport

/// The gateway as a process: the only public door.
///
/// When it listens it prints a `ReadyLine`.
@main
enum GatewayMain {
  static let mesh = MeshSettings()
  static let port = ServicePortSettings(defaultAddress: .tcp(host: "127.0.0.1", port: 7443))
  static let privatePort = PrivatePortSettings(
    defaultAddress: .tcp(host: "127.0.0.1", port: 7444)
  )
  static let https = HTTPSPortSettings(defaultAddress: .tcp(host: "127.0.0.1", port: 8443))
  static let gateway = GatewaySettings()

  static func main() async {
    await ServiceMain.run(
      ServiceDefinition(
        name: "gateway",
        about: "the public door: knows callers, checks requests, passes calls on",
        version: "1.0.0",
        settings: mesh.all + port.all + privatePort.all + https.all + gateway.all,
        checks: privatePort.checks + https.checks
      ) { context in
        var configuration = port.configuration(context.settings)
        // Services and operators show a certificate; others show a key with each call.
        configuration.clientCertificate = .optional
        configuration.isPublic = true
        configuration.foreignSocketNames = [HTTPSPortSettings.socketName]
        configuration.foreignProtocolAdvice =
          "this is listen.addresses and speaks martlet/1: HTTPS is answered at https.addresses"
        let metrics = PrivatePort(privatePort, context)
        let mesh = try ServiceMesh(mesh, files: configuration.files, context)
        let parts = try await Gateway(
          gateway,
          https: https,
          port: configuration,
          mesh: mesh,
          context
        )
        let port = ServicePort(
          configuration,
          context,
          services: [parts.keys],
          forwarder: parts.forwarder,
          loops: mesh.loops
        ) { addresses in
          ReadyLine(
            addresses: addresses,
            https: parts.https.boundAddresses,
            metrics: metrics.boundAddress
          ).print()
        }
        return [
          metrics, mesh, parts.endpoints, parts.https, port, MeshRegistration(mesh, port),
        ]
      }
    )
  }
}
