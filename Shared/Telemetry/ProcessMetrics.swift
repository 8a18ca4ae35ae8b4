import Glibc

/// What the kernel knows about this process, under the names that Prometheus' client libraries
/// agreed on. Each is read when somebody looks; about 20 µs together.
public enum ProcessMetrics {
  public static func register(in registry: MetricsRegistry) {
    registry.counter(
      "process_cpu_seconds_total",
      help: "User and system CPU time spent, in seconds."
    ) { cpuSeconds() }
    registry.gauge(
      "process_resident_memory_bytes",
      help: "Resident memory, in bytes."
    ) { Double(pages(field: 1) * pageBytes) }
    registry.gauge("process_virtual_memory_bytes", help: "Virtual memory, in bytes.") {
      Double(pages(field: 0) * pageBytes)
    }
    registry.gauge("process_open_fds", help: "Open file descriptors.") { Double(openDescriptors()) }
    registry.gauge("process_max_fds", help: "Limit of open file descriptors.") {
      var limit = rlimit()
      return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        ? Double(limit.rlim_cur) : .nan
    }
    let start = startTime()
    registry.gauge(
      "process_start_time_seconds",
      help: "Start of the process since the epoch, in seconds."
    ) { start }
  }

  private static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// A field of /proc/self/statm, in pages (proc(5)).
  private static func pages(field: Int) -> Int {
    let fields = read("/proc/self/statm").split(separator: " ")
    return fields.indices.contains(field) ? Int(fields[field]) ?? 0 : 0
  }

  private static func openDescriptors() -> Int {
    guard let directory = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    // Not counted: ".", "..", and the descriptor of this very listing.
    return max(0, count - 3)
  }

  /// Boot time and field 22 of /proc/self/stat, which counts clock ticks since the boot (proc(5)).
  private static func startTime() -> Double {
    let stat = read("/proc/self/stat")
    // The name in parentheses may hold blanks; what follows the last one is regular.
    guard let end = stat.lastIndex(of: ")") else { return .nan }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let ticks = Double(fields[19]) else { return .nan }
    var now = timespec()
    var up = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    clock_gettime(CLOCK_BOOTTIME, &up)
    let boot = Double(now.tv_sec - up.tv_sec) + Double(now.tv_nsec - up.tv_nsec) / 1e9
    return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// A small file of the kernel's; empty when it cannot be read.
  private static func read(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
