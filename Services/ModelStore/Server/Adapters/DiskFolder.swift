import Glibc

/// A folder of the blobs' folder. Everything blocks.
struct DiskFolder: Sendable {
  let path: String

  /// Makes it, for this user alone, where it is missing. Its parent must exist.
  init(making path: String) throws(DiskFailure) {
    self.path = path
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw DiskFailure("make the folder \(path)")
    }
  }

  /// Names in it that were made or removed are on the disk when this returns.
  func sync() throws(DiskFailure) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DiskFailure("open the folder \(path)") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw DiskFailure("sync the folder \(path)") }
  }

  struct Entry {
    let name: String
    let sizeBytes: UInt64
    let changedUnixSeconds: Int
  }

  /// Calls `body` for each plain file, in no order.
  func forEachFile(_ body: (Entry) throws(DiskFailure) -> Void) throws(DiskFailure) {
    guard let folder = opendir(path) else { throw DiskFailure("open the folder \(path)") }
    defer { closedir(folder) }
    let descriptor = dirfd(folder)
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var status = stat()
      guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
        status.st_mode & S_IFMT == S_IFREG
      else { continue }
      try body(
        Entry(
          name: name,
          sizeBytes: UInt64(status.st_size),
          changedUnixSeconds: status.st_mtim.tv_sec
        )
      )
    }
  }
}
