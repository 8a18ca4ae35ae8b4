/// How a command ends; scripts see the number. 64 to 77 mean what sysexits.h says.
public enum CommandExit: Int32, Sendable, CaseIterable {
  /// It did what was asked.
  case ok = 0
  /// It did not, for a reason that has no number of its own.
  case failed = 1
  /// The command line is wrong.
  case usage = 64
  /// What was handed in is wrong: a file, a column, a row, a value.
  case badInput = 65
  /// A file is not there, or the services know no thing of this name.
  case notFound = 66
  /// The services are not running, or cannot be reached.
  case unavailable = 69
  /// A file or folder cannot be made.
  case cannotCreate = 73
  /// It may go well when it is done again: busy, or not finished in time.
  case tryAgain = 75
  /// The caller may not do this: a wrong key, a missing right.
  case notAllowed = 77
  /// Ended by Ctrl-C.
  case interrupted = 130

  var meaning: String {
    switch self {
    case .ok: "done"
    case .failed: "failed"
    case .usage: "the command line is wrong"
    case .badInput: "what was handed in is wrong: a file, a column, a value"
    case .notFound: "no such file, or nothing of this name"
    case .unavailable: "the services are not running, or cannot be reached"
    case .cannotCreate: "a file or folder cannot be made"
    case .tryAgain: "busy or not finished in time; the same command may succeed later"
    case .notAllowed: "not allowed: a wrong key, or a right that is missing"
    case .interrupted: "ended by Ctrl-C"
    }
  }

  /// One line a code, for the root's help.
  static var helpText: String {
    allCases.map { code in
      let number = "\(code.rawValue)"
      return "  " + String(repeating: " ", count: max(0, 3 - number.count))
        + "\(number)  \(code.meaning)"
    }.joined(separator: "\n")
  }
}
