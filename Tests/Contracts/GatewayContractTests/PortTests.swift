import Foundation
import Protocols
import RPC
import RPCRuntime
import SecureTransport
import Testing
import Transport

@Suite("The gateway's two ports", .serialized, .timeLimit(.minutes(3)))
struct PortTests {
  @Test("who speaks the one port's protocol to the other is refused, and both sides can say why")
  func wrongPorts() async throws {
    try await GatewayWorld.run { world in
      let loops = LoopGroup(threadCount: 1)
      let transport = try TLSClientTransport(
        loops: loops,
        identity: TLSIdentity(GatewayWorld.files(world.folder, "operator")),
        verification: .service(suite: "contract", roles: ["gateway"])
      )
      let https = TransportAddress.tcp(host: "127.0.0.1", port: world.gateway.httpsPort)
      let error = await #expect(throws: RPCError.self) {
        try await KeysClient(ServiceChannel(to: https, over: transport)).listKeys(ListKeysRequest())
      }
      await loops.shutdown()
      #expect(error?.code == .unavailable)
      #expect(ForeignProtocol.isReason(error?.message ?? ""), "\(error?.message ?? "")")
      guard case .tcp(_, let native) = world.gateway.address else { return }
      let answer = try await Curl.run(
        "https://127.0.0.1:\(native)/healthz",
        authorities: world.folder.appending(path: "ca.pem").path
      )
      #expect(answer.status == 0)
      for advice in ["speaks HTTP/1.1: martlet's clients", "HTTPS is answered at https.addresses"] {
        let isSaid = try await eventually { world.gateway.logText.contains(advice) }
        #expect(isSaid, "\(advice): \(world.gateway.logText.suffix(1000))")
      }
    }
  }
}
