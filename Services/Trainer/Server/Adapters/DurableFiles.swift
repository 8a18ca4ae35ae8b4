import Glibc
import Primitives

/// Files and folders of the state folder. Everything blocks; what a method has done is on the disk
/// when it returns, where its comment says so.
enum DurableFiles {
  /// Makes a folder where it is missing; its parent exists.
  static func makeFolder(_ path: String) throws(DiskError) {
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw DiskError("make the folder", path) }
  }

  /// Removes a file or a folder with all that is in it; what is not there is fine.
  static func remove(_ path: String) throws(DiskError) {
    if unlink(path) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM else { throw DiskError("remove", path) }
    for name in try names(in: path) { try remove("\(path)/\(name)") }
    if rmdir(path) != 0, errno != ENOENT { throw DiskError("remove the folder", path) }
  }

  /// Names in a folder, sorted; none when it is not there.
  static func names(in folder: String) throws(DiskError) -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw DiskError("read the folder", folder)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Paths of the regular files below a folder, relative to it, sorted by their bytes.
  static func files(below folder: String) throws(DiskError) -> [String] {
    var found: [String] = []
    var open = [""]
    while let prefix = open.popLast() {
      for name in try names(in: "\(folder)/\(prefix)") {
        var status = stat()
        guard lstat("\(folder)/\(prefix)\(name)", &status) == 0 else {
          throw DiskError("look at", "\(folder)/\(prefix)\(name)")
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: open.append("\(prefix)\(name)/")
        case S_IFREG: found.append("\(prefix)\(name)")
        default: break
        }
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Nil when there is no such file.
  static func sizeBytes(_ path: String) -> UInt64? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return UInt64(status.st_size)
  }

  /// Replaces a file by a whole one: after a crash there is the old or the new, never a part.
  static func write(_ bytes: Bytes, to path: String) throws(DiskError) {
    let part = "\(path).part"
    let file = try PartialFile(part)
    try file.append(bytes)
    try file.finish(as: path)
  }

  /// The whole of a small file; nil when there is none.
  static func read(_ path: String, limitBytes: Int) throws(DiskError) -> Bytes? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw DiskError("open", path)
    }
    defer { close(descriptor) }
    return try read(descriptor, at: 0, count: limitBytes, path)
  }

  /// Fewer than `count` bytes only at the end of the file.
  static func read(
    _ descriptor: CInt,
    at offset: UInt64,
    count: Int,
    _ path: String
  ) throws(DiskError) -> Bytes {
    try Bytes(capacity: count) { (target) throws(DiskError) in
      var done = 0
      while done < count {
        let got = pread(
          descriptor,
          target.baseAddress.map { $0 + done },
          count - done,
          off_t(clamping: offset) + done
        )
        if got == 0 { break }
        if got < 0 {
          if errno == EINTR { continue }
          throw DiskError("read", path)
        }
        done += got
      }
      return done
    }
  }

  /// What a file or a folder holds is on the disk afterwards.
  static func sync(_ path: String) throws(DiskError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DiskError("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw DiskError("sync", path) }
  }

  static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}

/// A file that is being written under another name. Removed when it goes without `finish`.
final class PartialFile: Sendable {
  private let path: String
  private let descriptor: CInt

  init(_ path: String) throws(DiskError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw DiskError("make", path) }
  }

  deinit {
    close(descriptor)
    // After `finish` the name is free already.
    unlink(path)
  }

  func append(_ bytes: Bytes) throws(DiskError) {
    try bytes.withUnsafeBytes { (bytes) throws(DiskError) in
      var done = 0
      while done < bytes.count {
        let count = Glibc.write(
          descriptor,
          bytes.baseAddress.map { $0 + done },
          bytes.count - done
        )
        if count < 0 {
          if errno == EINTR { continue }
          throw DiskError("write", path)
        }
        done += count
      }
    }
  }

  /// Content and name are on the disk when this returns.
  func finish(as target: String) throws(DiskError) {
    guard fsync(descriptor) == 0 else { throw DiskError("sync", path) }
    guard rename(path, target) == 0 else { throw DiskError("rename to", target) }
    try DurableFiles.sync(DurableFiles.parent(of: target))
  }
}
