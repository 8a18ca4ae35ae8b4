import DiscoveryCore
import Foundation
import Logging
import Primitives
import Synchronization

/// Instances that a person wrote down, as a flag or in a file that is read again on reload.
///
/// Who is absent from a new reading goes at once. A file that cannot be read, or says nothing
/// sensible, is refused as a whole: the list before stays.
public final class StaticBackend: DirectoryBackend {
  private struct Follower {
    var view: MemberView
    var watch: WatchNumber
    let deliver: @Sendable (DirectoryUpdate) -> Void
  }

  private struct State {
    var list: StaticList
    /// Counts the readings.
    var revision: UInt64 = 1
    var followers: [UInt64: Follower] = [:]
    var nextFollower: UInt64 = 0
    var generator = SeededGenerator(seed: 0)
  }

  private let file: String?
  private let logger: Logger
  private let state: Mutex<State>

  public init(_ list: StaticList, logger: Logger = Logger(label: "martlet.discovery")) {
    file = nil
    self.logger = logger
    state = Mutex(State(list: list))
  }

  /// Reads the file now. Blocks for the reading of at most 1 MiB.
  /// - Throws: `StaticFileError`.
  public init(
    file: String,
    logger: Logger = Logger(label: "martlet.discovery")
  ) throws(StaticFileError) {
    self.file = file
    self.logger = logger
    state = Mutex(State(list: try StaticBackend.read(file)))
  }

  /// Reads the file again and tells all followers what changed. Does nothing for a list without a
  /// file.
  /// - Throws: `StaticFileError`; the list before stays.
  public func reload() throws(StaticFileError) {
    guard let file else { return }
    replace(with: try StaticBackend.read(file))
    logger.info("the list of instances was read again", metadata: ["file": "\(file)"])
  }

  /// Puts another list in place of the one that there is.
  public func replace(with list: StaticList) {
    // Followers are told under the lock, so that two lists never overtake each other; they take
    // locks of their own and never call back.
    state.withLock { state in
      state.list = list
      state.revision += 1
      for number in state.followers.keys { StaticBackend.tell(number, &state) }
    }
  }

  public func follow(
    _ role: String,
    deliver: @escaping @Sendable (DirectoryUpdate) -> Void
  ) async {
    let number = state.withLock { state in
      let number = state.nextFollower
      state.nextFollower += 1
      var view = MemberView(role: role)
      guard case .watch(let request, _) = view.start(now: .now) else { return number }
      state.followers[number] = Follower(view: view, watch: request.number, deliver: deliver)
      StaticBackend.tell(number, &state)
      return number
    }
    await waitForCancellation()
    state.withLock { state in state.followers[number] = nil }
  }

  /// A person's list is in no doubt.
  public func healthDecided(_ key: InstanceKey, isHealthy: Bool) async {}

  private static func tell(_ number: UInt64, _ state: inout State) {
    guard var follower = state.followers[number] else { return }
    let now = Instant.now
    // After the first reading the view has to ask again, as for a list that was forgotten.
    if follower.view.feed == .following {
      let ended = follower.view.watchEnded(
        follower.watch,
        .compacted,
        now: now,
        using: &state.generator
      )
      if case .relist(let request, _) = ended { follower.watch = request.number }
    }
    let snapshot = state.list.snapshot(
      role: follower.view.role,
      epoch: 0,
      revision: state.revision
    )
    let arrived = follower.view.snapshotArrived(
      snapshot,
      on: follower.watch,
      now: now,
      using: &state.generator
    )
    state.followers[number] = follower
    if case .applied(let changes, _) = arrived { follower.deliver(DirectoryUpdate(changes)) }
  }

  private static func read(_ file: String) throws(StaticFileError) -> StaticList {
    let data: Data
    do {
      guard let handle = FileHandle(forReadingAtPath: file) else {
        throw StaticFileError(file: file, problem: "cannot be opened; does it exist?")
      }
      defer { try? handle.close() }
      // One byte more than allowed shows that there is more.
      data = try handle.read(upToCount: StaticList.maximumFileBytes + 1) ?? Data()
    } catch let error as StaticFileError {
      throw error
    } catch {
      throw StaticFileError(file: file, problem: "cannot be read: \(error.localizedDescription)")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw StaticFileError(file: file, problem: "is not UTF-8 text")
    }
    do throws(StaticListError) {
      return try StaticList(file: text)
    } catch {
      throw StaticFileError(file: file, problem: "is refused: \(error)")
    }
  }
}

/// Why a file of instances was not taken.
public struct StaticFileError: Error, Sendable, Equatable, CustomStringConvertible {
  public let file: String
  public let problem: String

  public var description: String { "the list of instances \(file) \(problem)" }
}
