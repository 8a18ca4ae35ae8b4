import Synchronization

/// What people should hear of while the services start and run: said at once, and kept for whoever
/// waits in another process.
final class StartNotes: Sendable {
  struct Note: Codable, Sendable, Equatable {
    var text: String
    var isWarning: Bool
  }

  /// Later ones are said, and not kept.
  static let limit = 50

  private let kept = Mutex<[Note]>([])
  private let say: @Sendable (Note) -> Void

  /// - Parameter say: called from any thread.
  init(_ say: @escaping @Sendable (Note) -> Void) { self.say = say }

  var all: [Note] { kept.withLock { $0 } }

  func add(_ text: String, isWarning: Bool = false) {
    let note = Note(text: text, isWarning: isWarning)
    kept.withLock { if $0.count < StartNotes.limit { $0.append(note) } }
    say(note)
  }
}
