import DurableFiles
import Glibc
import Primitives
import TrainerCore

extension MemoryBudget {
  /// What this process may still take: the least of what is left of its address space, of its
  /// control groups, and of the host. Blocks for some small files of /proc and /sys.
  static func ofThisProcess() -> MemoryBudget {
    var budgets = [MemoryBudget.unlimited]
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur < UInt64(Int64.max)
    {
      let used = number("/proc/self/statm", word: 0).map {
        $0 * Double(sysconf(CInt(_SC_PAGESIZE)))
      }
      budgets.append(
        MemoryBudget(
          bytes: max(0, Double(limit.rlim_cur) - (used ?? 0)),
          bound: "is left of a worker's address space (worker.address-space)"
        )
      )
    }
    if let available = kibibytes("MemAvailable:") {
      let swap = kibibytes("SwapFree:") ?? 0
      budgets.append(
        MemoryBudget(bytes: (available + swap) * 1024, bound: "is left on the trainer's host")
      )
    }
    budgets += controlGroups()
    return budgets.min { $0.bytes < $1.bytes } ?? .unlimited
  }

  /// Of the process's group (version 2) and those above it.
  private static func controlGroups() -> [MemoryBudget] {
    let line = text("/proc/self/cgroup").split(separator: "\n").first { $0.hasPrefix("0::/") }
    guard let line else { return [] }
    var names = line.dropFirst(4).split(separator: "/")
    var budgets: [MemoryBudget] = []
    while true {
      let folder = (["/sys/fs/cgroup"] + names.map(String.init)).joined(separator: "/")
      if let most = number("\(folder)/memory.max", word: 0) {
        let charged = number("\(folder)/memory.current", word: 0) ?? 0
        // What the page cache holds goes when memory is needed.
        let used = max(0, charged - cachedFileBytes("\(folder)/memory.stat"))
        budgets.append(
          MemoryBudget(bytes: max(0, most - used), bound: "is left of its control group's memory")
        )
      }
      if names.popLast() == nil { return budgets }
    }
  }

  private static func cachedFileBytes(_ path: String) -> Double {
    text(path).split(separator: "\n").reduce(0) { sum, line in
      let words = line.split(separator: " ")
      guard words.count == 2, words[0] == "inactive_file" || words[0] == "active_file" else {
        return sum
      }
      return sum + (Double(words[1]) ?? 0)
    }
  }

  private static func kibibytes(_ name: String) -> Double? {
    let line = text("/proc/meminfo").split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }
  }

  private static func number(_ path: String, word: Int) -> Double? {
    let words = text(path).split { $0 == " " || $0 == "\n" }
    return words.indices.contains(word) ? Double(words[word]) : nil
  }

  /// Empty where there is no such file.
  private static func text(_ path: String) -> String {
    guard let bytes = try? SmallFile.read(path, limitBytes: 64 << 10) else { return "" }
    return String(decoding: bytes.array, as: UTF8.self)
  }
}
