import Glibc

/// Folders on disk. Everything blocks.
public enum Folder {
  /// Makes it where it is missing; something else under its name is an error. It outlives a power
  /// cut once its parent is synced.
  /// - Parameter makingParents: makes the folders above it as well, with the same `mode`.
  /// - Returns: Whether it was missing.
  @discardableResult
  public static func make(
    _ path: String,
    mode: mode_t = 0o700,
    makingParents: Bool = false
  ) throws(FileError) -> Bool {
    if mkdir(path, mode) == 0 { return true }
    var code = errno
    if code == ENOENT, makingParents, let slash = path.lastIndex(of: "/"), slash != path.startIndex
    {
      try make(String(path[..<slash]), mode: mode, makingParents: true)
      if mkdir(path, mode) == 0 { return true }
      code = errno
    }
    guard code == EEXIST else { throw FileError(.make, path, .system(code)) }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw FileError(.make, path, .system(ENOTDIR))
    }
    return false
  }

  /// What lies in it, sorted, without `.` and `..`.
  public static func names(in path: String) throws(FileError) -> [String] {
    guard let stream = opendir(path) else { throw FileError(.read, path) }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      // A null entry is the end, or an error that only errno tells.
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw FileError(.read, path) }
    return names.sorted()
  }

  /// A plain file of a folder.
  public struct File: Sendable, Equatable {
    public let name: String
    public let sizeBytes: UInt64
    public let changedUnixSeconds: Int
  }

  /// The plain files that lie in it, sorted by name; those that go meanwhile are left out.
  public static func files(in path: String) throws(FileError) -> [File] {
    var files: [File] = []
    for name in try names(in: path) {
      var status = stat()
      guard lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        continue
      }
      files.append(
        File(
          name: name,
          sizeBytes: UInt64(status.st_size),
          changedUnixSeconds: status.st_mtim.tv_sec
        )
      )
    }
    return files
  }

  /// Bytes that its file system still takes from this user.
  public static func freeBytes(at path: String) throws(FileError) -> UInt64 {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw FileError(.lookAt, path) }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }

  /// Removes a file or a folder with all that is in it; what is not there is fine, and links are
  /// removed, not followed. Paths longer than the system takes bound the depth.
  /// - Throws: the first refusal, after all that could go has gone.
  public static func remove(_ path: String) throws(FileError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return }
      throw FileError(.remove, path)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      guard unlink(path) == 0 || errno == ENOENT else { throw FileError(.remove, path) }
      return
    }
    var refusal: FileError?
    for name in try names(in: path) {
      do throws(FileError) {
        try remove("\(path)/\(name)")
      } catch {
        refusal = refusal ?? error
      }
    }
    if let refusal { throw refusal }
    guard rmdir(path) == 0 || errno == ENOENT else { throw FileError(.remove, path) }
  }

  /// Names that were made in it, and the absence of names, are on the disk when this returns.
  public static func sync(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(.open, path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileError(.sync, path) }
  }

  /// The folder in which a path's last name stands.
  public static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
