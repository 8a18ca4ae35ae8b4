import DurableFiles
import Glibc
import Primitives

/// A process for sure: its id, and when it started, since ids are used again.
struct ProcessIdentity: Codable, Sendable, Equatable {
  let pid: Int32
  /// Clock ticks since the machine's boot (proc(5), field 22 of `stat`).
  let startTicks: UInt64

  init(pid: Int32, startTicks: UInt64) {
    self.pid = pid
    self.startTicks = startTicks
  }

  /// Nil when there is no such process.
  init?(pid: Int32) {
    guard let ticks = Self.fields(pid).flatMap(Self.startTicks) else { return nil }
    self.init(pid: pid, startTicks: ticks)
  }

  /// It runs; one that has ended and was not waited for yet does not count.
  var isAlive: Bool {
    guard let fields = Self.fields(pid), Self.startTicks(fields) == startTicks else { return false }
    return fields.first != "Z" && fields.first != "X"
  }

  /// Nothing when it has ended.
  func signal(_ number: Int32) {
    if isAlive { kill(pid, number) }
  }

  /// Memory that it holds in RAM; nil when it has ended.
  var residentBytes: Int64? {
    guard isAlive, let text = Self.text("/proc/\(pid)/statm") else { return nil }
    let words = text.split(separator: " ")
    guard words.count > 1, let pages = Int64(words[1]) else { return nil }
    return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// How long it has been running.
  var uptime: Duration? {
    var now = timespec()
    clock_gettime(CLOCK_BOOTTIME, &now)
    let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    guard isAlive, ticksPerSecond > 0 else { return nil }
    let seconds = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    return .milliseconds(Int64(max(0, seconds - Double(startTicks) / ticksPerSecond) * 1000))
  }

  /// What follows the name, which may itself hold spaces and parentheses: state first.
  private static func fields(_ pid: Int32) -> [Substring]? {
    guard let text = text("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else {
      return nil
    }
    return text[text.index(after: end)...].split(separator: " ")
  }

  private static func startTicks(_ fields: [Substring]) -> UInt64? {
    fields.count > 19 ? UInt64(fields[19]) : nil
  }

  private static func text(_ path: String) -> String? {
    guard let bytes = try? SmallFile.read(path, limitBytes: 64 * 1024) else { return nil }
    return String(decoding: bytes.array, as: UTF8.self)
  }
}
