import Logging
import Protocols
import RPC
import RPCRuntime
import Synchronization

/// Forgets its history after the first list; then it sends nothing.
final class ForgetfulRegistry: Service {
  let requests = Mutex<[WatchRoleRequest]>([])
  private let instance: InstanceDescription

  init(_ instance: InstanceDescription) { self.instance = instance }

  var handlers: [MethodHandler] {
    [
      .serverStreaming(RegistryMethods.watch) {
        (request: WatchRoleRequest, responses: ResponseWriter<WatchRoleResponse>, _) in
        let count = self.requests.withLock { requests in
          requests.append(request)
          return requests.count
        }
        guard count == 1 else { return await Gate().wait() }
        let page = InstanceListPage(
          position: RegistryPosition(epoch: 1, revision: 1),
          authority: .settled,
          instances: [self.instance],
          isLast: true
        )
        try await responses.write(WatchRoleResponse(event: .page(page)))
        throw RPCError(.outOfRange, "forgotten")
      }
    ]
  }
}

/// Keeps what is logged.
final class CapturedLog: Sendable {
  private let captured = Mutex<[String]>([])

  var lines: [String] { captured.withLock { $0 } }
  var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

  private struct Handler: LogHandler {
    let log: CapturedLog
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      log.captured.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
    }
  }
}
