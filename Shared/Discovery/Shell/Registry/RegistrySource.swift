import Protocols
import RPC
import RPCRuntime

/// Where a `RoleWatch` gets its lists and changes.
protocol RegistrySource: Sendable {
  /// Opens a watch and hands on what it brings, in order; returns when the registry has ended it.
  /// - Parameter timeout: The watch ends by itself after this.
  /// - Throws: `RPCError`, what `receive` throws, or `CancellationError`.
  func watch(
    _ request: WatchRoleRequest,
    timeout: Duration,
    _ receive: (WatchRoleResponse) async throws -> Void
  ) async throws
}

/// A registry that is called.
struct RemoteRegistry: RegistrySource {
  let client: RegistryClient

  func watch(
    _ request: WatchRoleRequest,
    timeout: Duration,
    _ receive: (WatchRoleResponse) async throws -> Void
  ) async throws {
    try await client.watch(request, options: CallOptions(timeout: timeout)) {
      (responses: ResponseStream<WatchRoleResponse>) async throws -> Void in
      for try await response in responses { try await receive(response) }
    }
  }
}

/// A registry in this process.
struct LocalRegistry: RegistrySource {
  let host: RegistryHost

  /// Lives as long as the process, so it needs no end.
  func watch(
    _ request: WatchRoleRequest,
    timeout: Duration,
    _ receive: (WatchRoleResponse) async throws -> Void
  ) async throws {
    try await host.follow(request, receive)
  }
}
