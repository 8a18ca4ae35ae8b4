import DiscoveryCore
import Logging
import Primitives
import Protocols
import RPCRuntime
import Synchronization

/// Follows a registry, and keeps what it knows while the registry is away: in memory, and on disk
/// for the next start.
public final class RegistryBackend: DirectoryBackend {
  private struct State {
    var watches: [UInt64: RoleWatch] = [:]
    var nextWatch: UInt64 = 0
    /// Roles whose file somebody writes already.
    var savedRoles: Set<String> = []
  }

  private let source: any RegistrySource
  private let folder: String?
  private let settings: MemberView.Settings
  private let logger: Logger
  private let disk = BlockingExecutor(threadCount: 1)
  private let state = Mutex(State())

  /// - Parameters:
  ///   - registry: Calls to the registry: one server's channel, or a role's with a static list.
  ///   - folder: Where `ROLE.members` files are kept; nil keeps nothing. It is made when missing
  ///     (its parent must exist). One process a folder.
  public convenience init(
    registry: any CallChannel,
    folder: String?,
    settings: MemberView.Settings = MemberView.Settings(),
    logger: Logger = Logger(label: "martlet.discovery")
  ) {
    self.init(RemoteRegistry(client: RegistryClient(registry)), folder, settings, logger)
  }

  /// Follows a registry in this process, without a call.
  ///
  /// - Parameters: As for one that is called.
  public convenience init(
    host: RegistryHost,
    folder: String?,
    settings: MemberView.Settings = MemberView.Settings(),
    logger: Logger = Logger(label: "martlet.discovery")
  ) {
    self.init(LocalRegistry(host: host), folder, settings, logger)
  }

  private init(
    _ source: any RegistrySource,
    _ folder: String?,
    _ settings: MemberView.Settings,
    _ logger: Logger
  ) {
    self.source = source
    self.folder = folder
    self.settings = settings
    self.logger = logger
  }

  public func follow(
    _ role: String,
    deliver: @escaping @Sendable (DirectoryUpdate) -> Void
  ) async {
    // Of several followers of one role the first keeps the file.
    let (number, keepsFile) = state.withLock { state in
      state.nextWatch += 1
      return (state.nextWatch, state.savedRoles.insert(role).inserted)
    }
    let file = keepsFile ? folder.flatMap { SavedMembersFile(folder: $0, role: role) } : nil
    let saved = await read(file)
    let watch = RoleWatch(
      view: MemberView(role: role, saved: saved, settings: settings),
      source: source,
      keeper: file.map { MembersKeeper($0, disk, logger) },
      logger: logger,
      deliver: deliver
    )
    state.withLock { $0.watches[number] = watch }
    await watch.start()
    await waitForCancellation()
    await watch.stop()
    state.withLock { state in
      state.watches[number] = nil
      if keepsFile { state.savedRoles.remove(role) }
    }
  }

  public func healthDecided(_ key: InstanceKey, isHealthy: Bool) async {
    let watches = state.withLock { Array($0.watches.values) }
    for watch in watches where watch.role == key.role {
      await watch.healthDecided(key, isHealthy: isHealthy)
    }
  }

  /// What an earlier process saved; nil, with a warning, when it is of no use.
  private func read(_ file: SavedMembersFile?) async -> SavedMembers? {
    guard let file else { return nil }
    do {
      return try await disk.run { try file.read() }
    } catch is CancellationError {
      return nil
    } catch {
      logger.warning(
        "saved instances are refused; starting without them",
        metadata: ["reason": "\(error)"]
      )
      return nil
    }
  }
}
