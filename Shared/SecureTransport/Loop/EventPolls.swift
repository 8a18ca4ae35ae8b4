import Glibc

/// The process's epoll descriptors, which SwiftNIO does not show.
enum EventPolls {
  /// All of them; reads /proc, so it is for starts only.
  static var all: [CInt] {
    guard let folder = opendir("/proc/self/fd") else { return [] }
    defer { closedir(folder) }
    var found: [CInt] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard let descriptor = CInt(name) else { continue }
      var target = [CChar](repeating: 0, count: 64)
      let count = readlink("/proc/self/fd/\(name)", &target, target.count - 1)
      guard count > 0 else { continue }
      let kind = String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
      if kind == "anon_inode:[eventpoll]" { found.append(descriptor) }
    }
    return found
  }

  /// The one that `descriptor` is watched by; nil when none is, or /proc is not there.
  static func holder(of descriptor: CInt) -> CInt? {
    all.first { poll in
      guard let file = fopen("/proc/self/fdinfo/\(poll)", "r") else { return false }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 256)
      while fgets(&line, CInt(line.count), file) != nil {
        // A watched descriptor a line: "tfd:        9 events: …" (proc(5)).
        let text = line.withUnsafeBufferPointer { line in
          line.baseAddress.map { String(cString: $0) } ?? ""
        }
        let words = text.split(separator: " ")
        if words.first == "tfd:", words.count > 1, CInt(words[1]) == descriptor { return true }
      }
      return false
    }
  }
}
