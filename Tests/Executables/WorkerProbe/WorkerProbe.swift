import Glibc
import Primitives
import Processes
import RPC
import RPCRuntime
import SecureTransport
import TestKit
import TestProtocols

/// A worker, and a host of one, as processes of their own.
///
/// - `worker`: serves the example services on descriptor 0.
/// - `host`: starts a worker, prints `{"worker":PID}` once it answers, and waits to be killed.
@main
enum WorkerProbe {
  static func main() async throws {
    switch CommandLine.arguments.dropFirst().first {
    case "worker":
      await WorkerHost.run(name: "probe worker") { [EchoAnswers()] }
    case "host":
      let loops = LoopGroup(threadCount: 1)
      let worker = try WorkerProcess.start(
        arguments: ["worker"],
        environment: [:],
        loop: loops.loops[0]
      )
      _ = try await EchoClient(worker.channel).unary(EchoRequest())
      print("{\"worker\":\(worker.pid)}")
      fflush(nil)
      _ = await worker.exited()
    default: exit(64)
    }
  }
}
