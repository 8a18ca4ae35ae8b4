import HTTPEdge
import ModelStoreServer
import ServiceMesh
import ServicePort
import ServiceRuntime
import Transport

/// The model store as a process.
///
/// When it listens it prints a `ReadyLine`.
@main
enum ModelStoreMain {
  static let mesh = MeshSettings()
  static let port = ServicePortSettings(defaultAddress: .tcp(host: "127.0.0.1", port: 7430))
  static let privatePort = PrivatePortSettings(
    defaultAddress: .tcp(host: "127.0.0.1", port: 7431)
  )
  static let store = ModelStoreSettings()

  static func main() async {
    await ServiceMain.run(
      ServiceDefinition(
        name: "model-store",
        about: "keeps models, their versions, datasets, and the files that they are made of",
        version: "1.0.0",
        settings: mesh.all + port.all + privatePort.all + store.all,
        checks: privatePort.checks
      ) { context in
        let configuration = port.configuration(context.settings)
        let metrics = PrivatePort(privatePort, context)
        let mesh = try ServiceMesh(mesh, files: configuration.files, context)
        let store = ModelStoreComponent(
          store,
          folder: mesh.stateFolder,
          balancer: mesh.channel(to: "balancer"),
          context
        )
        let port = ServicePort(
          configuration,
          context,
          services: [store.service],
          loops: mesh.loops
        ) { addresses in
          ReadyLine(addresses: addresses, metrics: metrics.boundAddress).print()
        }
        return [metrics, mesh, store, port, MeshRegistration(mesh, port)]
      }
    )
  }
}
