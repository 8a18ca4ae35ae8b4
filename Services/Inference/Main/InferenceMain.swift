import HTTPEdge
import InferenceServer
import Primitives
import RPCRuntime
import ServiceMesh
import ServicePort
import ServiceRuntime
import Settings
import Transport

/// The inference service: a host, and, started as `inference worker` by it, its workers.
///
/// When it listens it prints a `ReadyLine`.
@main
enum InferenceMain {
  static let meshSettings = MeshSettings()
  static let portSettings = ServicePortSettings(
    defaultAddress: .tcp(host: "127.0.0.1", port: 7450)
  )
  static let privateSettings = PrivatePortSettings(
    defaultAddress: .tcp(host: "127.0.0.1", port: 7451)
  )
  static let settings = InferenceSettings()

  static func main() async {
    await InferenceWorker.runIfAsked(Array(CommandLine.arguments.dropFirst()))
    await ServiceMain.run(
      ServiceDefinition(
        name: "inference",
        about: "serves predictions from models, each in a worker process of its own",
        version: "1.0.0",
        settings: meshSettings.all + portSettings.all + privateSettings.all + settings.all,
        checks: privateSettings.checks + settings.checks
      ) { context in
        let configuration = portSettings.configuration(context.settings)
        let mesh = try ServiceMesh(meshSettings, files: configuration.files, context)
        let parts = InferenceParts(settings, mesh, context)
        let privatePort = PrivatePort(privateSettings, context)
        let port = ServicePort(
          configuration,
          context,
          services: parts.services,
          forwarder: parts.forwarder,
          loops: mesh.loops
        ) { addresses in
          ReadyLine(addresses: addresses, metrics: privatePort.boundAddress).print()
        }
        let registration = MeshRegistration(mesh, port, labels: parts.labels)
        parts.host.announce { registration.setAttributes($0) }
        return [privatePort, mesh] + parts.components + [port, registration]
      }
    )
  }
}
