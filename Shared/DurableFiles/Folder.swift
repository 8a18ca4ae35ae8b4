import Glibc

/// Folders on disk. Everything blocks.
public enum Folder {
  /// Makes it where it is missing; something else under its name is an error. It outlives a power
  /// cut once its parent is synced.
  /// - Parameter makingParents: makes the folders above it as well, with the same `mode`.
  public static func make(
    _ path: String,
    mode: mode_t = 0o700,
    makingParents: Bool = false
  ) throws(FileError) {
    if mkdir(path, mode) == 0 { return }
    var code = errno
    if code == ENOENT, makingParents, let slash = path.lastIndex(of: "/"), slash != path.startIndex
    {
      try make(String(path[..<slash]), mode: mode, makingParents: true)
      if mkdir(path, mode) == 0 { return }
      code = errno
    }
    guard code == EEXIST else { throw FileError(.make, path, .system(code)) }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw FileError(.make, path, .system(ENOTDIR))
    }
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
