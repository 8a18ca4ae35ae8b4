import DurableFiles
import ServiceRuntime

/// The folder in which a service keeps its durable state.
public enum StateFolder {
  /// Makes it, for this user alone, where it is missing. Its parent must exist. It outlives a power
  /// cut when this returns.
  /// - Throws: `StartupError` when it cannot be made or is no folder.
  public static func make(_ path: String) throws(StartupError) {
    do throws(FileError) {
      // A parent that need not be written need not be readable either.
      if try Folder.make(path) { try Folder.sync(Folder.parent(of: path)) }
    } catch {
      throw StartupError(
        what: "cannot make the folder: \(error.reason)",
        place: path,
        remedy: "make its parent, writable for the user of this service",
        exitCode: .cannotCreate
      )
    }
  }
}
