#if canImport(Glibc)
import Glibc
#endif

/// How much memory this process may use.
enum MemoryLimit {
  /// The smaller of the control group's limit (systemd's MemoryMax) and the machine's memory.
  static let processBytes: Int = {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    let machine = pages > 0 && pageBytes > 0 ? pages * pageBytes : 1 << 30
    guard let group = controlGroupBytes() else { return machine }
    return min(machine, group)
  }()

  private static func controlGroupBytes() -> Int? {
    guard let membership = read("/proc/self/cgroup") else { return nil }
    // Version 2 has one line, "0::/path".
    guard
      let line = membership.split(separator: "\n").first(where: { $0.hasPrefix("0::") })
    else { return nil }
    var path = String(line.dropFirst(3))
    var least: Int?
    while true {
      if let text = read("/sys/fs/cgroup\(path == "/" ? "" : path)/memory.max"),
        let bytes = Int(text.split(separator: "\n").first ?? "")
      {
        least = min(least ?? bytes, bytes)
      }
      guard let slash = path.lastIndex(of: "/"), path != "/" else { return least }
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
  }

  private static func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = fread(&buffer, 1, buffer.count, file)
    return String(validating: buffer[..<count], as: UTF8.self)
  }
}
