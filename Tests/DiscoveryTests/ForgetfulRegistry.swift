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
