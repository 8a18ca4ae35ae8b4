import Foundation
import Glibc

/// What the kernel says of processes.
enum Processes {
  static func children(of parent: pid_t) throws -> [pid_t] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
      .filter { fields(of: $0)?.parent == parent }
  }

  /// True until it has ended, zombies not counted.
  static func isAlive(_ process: pid_t) -> Bool {
    fields(of: process).map { $0.state != "Z" && $0.state != "X" } ?? false
  }

  private static func fields(of process: pid_t) -> (state: String, parent: pid_t)? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      // The name in parentheses may hold anything.
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 1, let parent = pid_t(fields[1]) else { return nil }
    return (String(fields[0]), parent)
  }
}
