import BalancerServer
import HTTPEdge
import ServiceMesh
import ServicePort
import ServiceRuntime
import Transport

/// The balancer: who serves what, and the way of each call to a host that does.
///
/// When it listens it prints a `ReadyLine`.
@main
enum BalancerMain {
  static let mesh = MeshSettings(hostsRegistry: true)
  static let port = ServicePortSettings(defaultAddress: .tcp(host: "127.0.0.1", port: 7410))
  static let privatePort = PrivatePortSettings(defaultAddress: .tcp(host: "127.0.0.1", port: 7411))
  static let balancer = BalancerSettings()

  static func main() async {
    await ServiceMain.run(
      ServiceDefinition(
        name: "balancer",
        about: "the registry of services, and the endpoints that predictions are asked of",
        version: "1.0.0",
        settings: mesh.all + port.all + privatePort.all + balancer.all,
        checks: privatePort.checks
      ) { context in
        let portConfiguration = port.configuration(context.settings)
        let mesh = try ServiceMesh(mesh, files: portConfiguration.files, context)
        let endpoints = try BalancerService(balancer, mesh, context)
        let privatePort = PrivatePort(privatePort, context)
        let port = ServicePort(
          portConfiguration,
          context,
          services: endpoints.services,
          forwarder: endpoints.forwarder,
          loops: mesh.loops
        ) { addresses in
          ReadyLine(addresses: addresses, metrics: privatePort.boundAddress).print()
        }
        return [privatePort, mesh, endpoints, port, endpoints.watchEnd]
      }
    )
  }
}
