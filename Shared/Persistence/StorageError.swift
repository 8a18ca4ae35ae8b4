import GRDB
import RPC

/// A database that cannot be opened; in words for the person who starts the service.
public struct StorageError: Error, Sendable, CustomStringConvertible {
  public let place: String
  public let what: String

  init(_ error: any Error, place: String) {
    self.place = place
    switch error {
    case is EmbeddedDatabase.Superseded:
      what = "was written by a newer release; start that one, or restore a backup"
    case let error as DatabaseError: what = StorageError.words(error)
    default: what = "\(error)"
    }
  }

  public var description: String { "\(place): \(what)" }

  private static func words(_ error: DatabaseError) -> String {
    switch error.resultCode {
    case .SQLITE_CANTOPEN: "cannot be opened or made: is its folder there, and writable?"
    case .SQLITE_NOTADB, .SQLITE_CORRUPT: "is damaged; restore a backup"
    case .SQLITE_READONLY, .SQLITE_PERM: "cannot be written by the user of this service"
    case .SQLITE_FULL: "the disk is full"
    case .SQLITE_BUSY, .SQLITE_LOCKED: "another process holds it; is the service running already?"
    default: error.message ?? "SQLite says \(error.resultCode)"
    }
  }

  /// What a call is told when its statement failed.
  static func translated(_ error: any Error) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    switch error.resultCode {
    case .SQLITE_FULL: return RPCError(.resourceExhausted, "the disk of the service is full")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return RPCError(
        .unavailable,
        "another process holds the service's database",
        retryAfter: .seconds(1)
      )
    case .SQLITE_INTERRUPT: return CancellationError()
    default: return RPCError(.internal, "the service's database: \(words(error))")
    }
  }
}
