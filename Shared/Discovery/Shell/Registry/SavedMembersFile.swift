import DiscoveryCore
import Glibc
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
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("cannot be opened")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("cannot be read") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw SavedMembersFileError(path: path, problem: "is no regular file")
    }
    guard status.st_size <= SavedMembersFile.maximumBytes else {
      throw SavedMembersFileError(
        path: path,
        problem: "has \(status.st_size) bytes; at most \(SavedMembersFile.maximumBytes) are read"
      )
    }
    let bytes = try Bytes(capacity: Int(status.st_size)) {
      (target) throws(SavedMembersFileError) -> Int in
      var count = 0
      while count < target.count {
        let got = Glibc.read(
          descriptor,
          target.baseAddress?.advanced(by: count),
          target.count - count
        )
        if got < 0, errno == EINTR { continue }
        guard got >= 0 else { throw failure("cannot be read") }
        if got == 0 { break }
        count += got
      }
      return count
    }
    do throws(SavedMembersError) {
      return try SavedMembers(decoding: bytes)
    } catch {
      throw SavedMembersFileError(path: path, problem: error.words)
    }
  }

  /// Replaces the file as a whole: after a crash at any point there is the old one or the new one.
  func write(_ members: SavedMembers) throws(SavedMembersFileError) {
    if mkdir(folder, 0o750) != 0, errno != EEXIST {
      throw SavedMembersFileError(path: folder, problem: "cannot be made: \(systemError())")
    }
    let new = path + ".new"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw failure("cannot be written") }
    do throws(SavedMembersFileError) {
      try write(members.encoded(), to: descriptor)
      guard fsync(descriptor) == 0 else { throw failure("cannot be synced") }
    } catch {
      close(descriptor)
      unlink(new)
      throw error
    }
    close(descriptor)
    guard rename(new, path) == 0 else { throw failure("cannot be replaced") }
    let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folderDescriptor >= 0 else { throw failure("cannot be synced") }
    defer { close(folderDescriptor) }
    guard fsync(folderDescriptor) == 0 else { throw failure("cannot be synced") }
  }

  private func write(_ bytes: Bytes, to descriptor: Int32) throws(SavedMembersFileError) {
    try bytes.withUnsafeBytes { (source) throws(SavedMembersFileError) in
      var count = 0
      while count < source.count {
        let put = Glibc.write(
          descriptor,
          source.baseAddress?.advanced(by: count),
          source.count - count
        )
        if put < 0, errno == EINTR { continue }
        guard put > 0 else { throw failure("cannot be written") }
        count += put
      }
    }
  }

  private func failure(_ what: String) -> SavedMembersFileError {
    SavedMembersFileError(path: path, problem: "\(what): \(systemError())")
  }

  private func systemError() -> String { String(cString: strerror(errno)) }
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
