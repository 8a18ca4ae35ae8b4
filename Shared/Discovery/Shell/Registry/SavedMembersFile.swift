import DiscoveryCore
import DurableFiles
import Primitives

/// The file that keeps what a client knows of one role over restarts. Its calls block.
struct SavedMembersFile: Sendable {
  /// Larger files are not read.
  static let maximumBytes = 256 * 1024 * 1024

  let path: String
  private let folder: String

  /// Nil when the role's name makes no file name.
  init?(folder: String, role: String) {
    let isName = role.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isName, !role.isEmpty, role.utf8.count <= 128 else { return nil }
    self.folder = folder
    path = "\(folder)/\(role).members"
  }

  /// Nil when there is no file yet.
  func read() throws(SavedMembersFileError) -> SavedMembers? {
    let bytes: Bytes?
    do throws(FileError) {
      bytes = try SmallFile.read(path, limitBytes: SavedMembersFile.maximumBytes)
    } catch {
      throw failure("cannot be read", error)
    }
    guard let bytes else { return nil }
    do throws(SavedMembersError) {
      return try SavedMembers(decoding: bytes)
    } catch {
      throw SavedMembersFileError(path: path, problem: error.words)
    }
  }

  /// Replaces the file as a whole: after a crash at any point there is the old one or the new one.
  func write(_ members: SavedMembers) throws(SavedMembersFileError) {
    do throws(FileError) {
      try Folder.make(folder, mode: 0o750)
      try SmallFile.replace(path, with: members.encoded(), mode: 0o640)
    } catch {
      throw failure("cannot be written", error)
    }
  }

  private func failure(_ what: String, _ error: FileError) -> SavedMembersFileError {
    SavedMembersFileError(path: path, problem: "\(what): \(error.reason)")
  }
}

/// Why the saved members of a role were not read or written.
struct SavedMembersFileError: Error, Sendable, Equatable, CustomStringConvertible {
  let path: String
  let problem: String

  var description: String { "\(path) \(problem)" }
}

extension SavedMembersError {
  fileprivate var words: String {
    switch self {
    case .cutShort: "is cut short"
    case .notThisFormat: "is not a file of saved members"
    case .unknownVersion(let version): "is of version \(version), which a newer program wrote"
    case .trailingBytes(let count): "has \(count) bytes too many"
    case .wrongChecksum: "is damaged: its checksum is wrong"
    case .malformed: "makes no sense although its checksum is right"
    case .invalid(let problem): "has an instance whose \(problem)"
    }
  }
}
