import ArgumentParser
import Protocols

/// What a key lets its holder do, as it is typed.
enum KeyAction: String, CaseIterable, ExpressibleByArgument {
  case invoke, read, manage

  var wire: Action {
    switch self {
    case .invoke: .invoke
    case .read: .read
    case .manage: .manage
    }
  }

  /// The word for an action of the wire; a number for one that has no word here.
  static func text(_ action: Action) -> String {
    switch action {
    case .invoke: invoke.rawValue
    case .read: read.rawValue
    case .manage: manage.rawValue
    case .unspecified, .unrecognized: "\(action.rawValue)"
    }
  }
}
