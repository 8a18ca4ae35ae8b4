import DurableFiles
import Glibc

extension CommandError {
  /// A file or folder of this machine could not be used.
  static func file(_ path: String, _ reason: String, _ exit: CommandExit = .badInput) -> Self {
    CommandError("\(path): \(reason)", exit: exit)
  }

  /// The same, for an error of the system.
  static func file(_ path: String, _ code: CInt) -> Self {
    switch code {
    case ENOENT:
      CommandError(
        "\(path): there is no such file or folder",
        remedy: "check the path; it is read from the folder that you are in",
        exit: .notFound
      )
    case EACCES, EPERM:
      CommandError(
        "\(path): \(FileError.words(code))",
        remedy: "let this user read or write it",
        exit: .notAllowed
      )
    default: file(path, FileError.words(code), .failed)
    }
  }

  init(_ error: FileError) {
    switch error.operation {
    case .make, .write, .sync, .rename, .remove, .protect:
      let isForbidden = error.code == EACCES || error.code == EPERM
      self.init(
        "\(error)",
        remedy: isForbidden ? "let this user write there" : nil,
        exit: isForbidden ? .notAllowed : .cannotCreate
      )
    case .open, .lookAt, .read, .map:
      self =
        error.code.map { .file(error.path, $0) } ?? .file(error.path, error.reason)
    }
  }

  /// Runs `body`; an error of a file becomes one of the command.
  static func ofFiles<Value>(
    _ body: () throws(FileError) -> Value
  ) throws(CommandError) -> Value {
    do {
      return try body()
    } catch {
      throw CommandError(error)
    }
  }

  /// What the system refused just now, on this thread.
  static func system(_ what: String) -> Self {
    CommandError("\(what): \(FileError.words(errno))", exit: .cannotCreate)
  }
}
