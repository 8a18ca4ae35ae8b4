import HTTPEdge
import ServiceMesh
import ServicePort
import ServiceRuntime
import TrainerServer
import Transport

/// The trainer as a process; with `worker` as its first argument, the process that trains for it.
///
/// When it listens it prints a `ReadyLine`.
@main
enum TrainerMain {
  static let version = "1.0.0"
  static let mesh = MeshSettings()
  static let port = ServicePortSettings(defaultAddress: .tcp(host: "127.0.0.1", port: 7440))
  static let privatePort = PrivatePortSettings(
    defaultAddress: .tcp(host: "127.0.0.1", port: 7441)
  )
  static let trainer = TrainerSettings()

  static func main() async {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "worker" { await TrainerWorker.run(arguments.dropFirst()) }
    await ServiceMain.run(
      ServiceDefinition(
        name: "trainer",
        about: "trains models on datasets: durable jobs, each in a process of its own",
        version: version,
        settings: mesh.all + port.all + privatePort.all + trainer.all,
        checks: privatePort.checks
      ) { context in
        let configuration = port.configuration(context.settings)
        let metrics = PrivatePort(privatePort, context)
        let mesh = try ServiceMesh(mesh, files: configuration.files, context)
        let trainer = TrainerComponent(trainer, mesh, context)
        let port = ServicePort(
          configuration,
          context,
          services: [trainer.service],
          loops: mesh.loops
        ) { addresses in
          ReadyLine(addresses: addresses, metrics: metrics.boundAddress).print()
        }
        return [metrics, mesh, trainer, port, MeshRegistration(mesh, port)]
      }
    )
  }
}
