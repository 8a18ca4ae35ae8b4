import DiscoveryCore
import Logging
import RPCRuntime

/// Writes a role's members to disk after changes: the newest, at most once a second.
actor MembersKeeper {
  static let interval = Duration.seconds(1)

  private let file: SavedMembersFile
  private let disk: BlockingExecutor
  private let logger: Logger
  private var newest: UInt64 = 0
  private var unwritten: SavedMembers?
  private var writing: Task<Void, Never>?

  init(_ file: SavedMembersFile, _ disk: BlockingExecutor, _ logger: Logger) {
    self.file = file
    self.disk = disk
    self.logger = logger
  }

  /// `number` rises with every change: of two that overtake each other the newer one stays.
  func changed(to members: SavedMembers, number: UInt64) {
    guard number > newest else { return }
    newest = number
    unwritten = members
    guard writing == nil else { return }
    // It makes no call: whose deadline it has does not matter.
    writing = Task {
      while unwritten != nil, !Task.isCancelled {
        await write()
        // Cut short when the keeper ends, which writes what is left.
        try? await Task.sleep(for: MembersKeeper.interval)
      }
      writing = nil
    }
  }

  /// Writes what is left.
  func end() async {
    let task = writing
    task?.cancel()
    await task?.value
    await write()
  }

  private func write() async {
    guard let members = unwritten else { return }
    unwritten = nil
    let (file, disk) = (file, disk)
    do {
      // Of its own, so that a cancellation does not skip the write.
      try await Task { try await disk.run { try file.write(members) } }.value
    } catch {
      logger.warning("instances could not be saved", metadata: ["reason": "\(error)"])
    }
  }
}
