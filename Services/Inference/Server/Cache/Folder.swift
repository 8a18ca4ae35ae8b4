import Glibc

/// Folders on disk. All of it blocks.
enum Folder {
  /// Makes it, and every folder above it that is missing, for this user alone.
  static func make(_ path: String) throws(FolderError) {
    if mkdir(path, 0o700) == 0 { return }
    var status = stat()
    switch errno {
    case EEXIST where stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR: return
    case ENOENT:
      guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
        throw FolderError(path, ENOENT)
      }
      try make(String(path[..<slash]))
      guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FolderError(path, errno) }
    case let code: throw FolderError(path, code)
    }
  }

  /// What lies in it, sorted, without `.` and `..`.
  static func names(_ path: String) throws(FolderError) -> [String] {
    guard let directory = opendir(path) else { throw FolderError(path, errno) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes it with all that is in it; links are removed, not followed. What cannot be removed
  /// stays.
  static func remove(_ path: String) {
    for name in (try? names(path)) ?? [] {
      let inner = "\(path)/\(name)"
      var status = stat()
      if lstat(inner, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        remove(inner)
      } else {
        unlink(inner)
      }
    }
    rmdir(path)
  }

  /// Names in it, and the absence of names, are on disk.
  static func sync(_ path: String) throws(FolderError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FolderError(path, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FolderError(path, errno) }
  }
}

/// What the system said of a path.
struct FolderError: Error, Equatable, CustomStringConvertible {
  let path: String
  let code: CInt

  init(_ path: String, _ code: CInt) {
    self.path = path
    self.code = code
  }

  var description: String { "\(path): \(String(cString: strerror(code)))" }
}
