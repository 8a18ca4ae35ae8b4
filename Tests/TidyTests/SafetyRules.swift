/// What may crash, race or wait needs a reason beside it, or is not allowed at all.
extension Rule {
  static let safety: [Rule] = [
    code(
      "no try with an exclamation mark",
      bad: [swift("let file = try! read()")],
      good: [swift("let text = \"try! again\"  // not try!")],
      message: "throw, or handle the error"
    ) { file, index in
      file.code[index].contains("try!")
    },
    needsReason("fatalError", "fatalError("),
    needsReason("@unchecked Sendable", "@unchecked Sendable"),
    needsReason("nonisolated(unsafe)", "nonisolated(unsafe)"),
    code(
      "a force unwrap has its reason beside it",
      bad: [swift("let first = list.first!"), swift("\n\n\n\nlet it = value as! Int")],
      good: [
        swift("let first = list.first!  // not empty: checked above"),
        swift("// The list is never empty.\nlet first = list.first!"),
        swift("if !isOpen && first != second { print(\"no!\") }"),
        swift("if a\n  != b {}"),
      ],
      message: "unwrap with guard, or say in a comment beside it why it cannot be nil"
    ) { file, index in
      forceUnwraps(file.code[index]) && !hasReason(file, index)
    },
    code(
      "tests do not sleep",
      bad: [
        SourceFile(path: "Tests/ATests/A.swift", text: "try await Task.sleep(for: .seconds(1))"),
        SourceFile(path: "Tests/ATests/A.swift", text: "usleep(100)"),
      ],
      good: [SourceFile(path: "Tests/ATests/A.swift", text: "let sleeper = asleep(in: bed)")],
      // A benchmark measures for a time, and a probe hangs because that is what it is asked to do.
      where: {
        $0.isUnder(["Tests/"]) && !$0.isUnder(["Tests/Benchmarks/", "Tests/Executables/"])
      },
      message: "wait for a condition with a bound, or move a virtual clock"
    ) { file, index in
      let line = file.code[index]
      return [".sleep(", "usleep("].contains { line.contains($0) }
        || line.hasPrefix("sleep(") || line.contains(" sleep(")
    },
    code(
      "work that outlives its call is detached",
      bad: [
        SourceFile(path: "Services/Trainer/Server/A.swift", text: "let step = Task { run() }"),
        SourceFile(path: "Shared/Discovery/Shell/A.swift", text: "Task { [self] in run() }"),
      ],
      good: [
        SourceFile(path: "Services/Trainer/Server/A.swift", text: "Task.detached { run() }"),
        SourceFile(
          path: "Services/Trainer/Server/A.swift",
          text: "// Of the call: it is awaited below.\nlet step = Task { run() }"
        ),
      ],
      where: { file in
        file.isUnder(["Services/", "Shared/Discovery/Shell/", "Shared/ServiceMesh/"])
          && !file.isUnder(["Services/CLI/"])
      },
      message: "a plain Task takes over the deadline and the principal of the call that it was "
        + "started in; detach it, or say in a comment beside it that it ends with the call"
    ) { file, index in
      let line = file.code[index]
      return (line.hasPrefix("Task {") || line.contains(" Task {")) && !hasReason(file, index)
    },
    text(
      "Python tests do not sleep",
      bad: [SourceFile(path: "Tests/Contracts/python/a.py", text: "  time." + "sleep(1)")],
      good: [SourceFile(path: "Tests/Contracts/python/a.py", text: "  asleep(1)")],
      where: { $0.path.hasSuffix(".py") && $0.isUnder(["Tests/"]) },
      message: "wait for a condition with a bound"
    ) { line in
      line.contains("time." + "sleep(")
    },
  ]

  private static func swift(_ text: String) -> SourceFile {
    SourceFile(path: "Shared/A/A.swift", text: text)
  }

  private static func needsReason(_ name: String, _ pattern: String) -> Rule {
    let use = pattern.hasSuffix("(") ? pattern + ")" : "x " + pattern
    return code(
      "\(name) has its reason beside it",
      bad: [swift(use)],
      good: [swift("// Why this is safe.\n" + use), swift("let text = \"\(pattern)\"")],
      message: "\(name) needs a reason in a comment beside it, or another way"
    ) { file, index in
      file.code[index].contains(pattern) && !hasReason(file, index)
    }
  }

  /// A comment on the line or on one of the three before it.
  private static func hasReason(_ file: SourceFile, _ index: Int) -> Bool {
    (max(0, index - 3)...index).contains { file.hasComment[$0] }
  }

  /// An exclamation mark right behind a value, which is not the start of `!=`.
  static func forceUnwraps(_ code: String) -> Bool {
    let bytes = Array(code.utf8)
    return bytes.indices.dropFirst().contains { index in
      guard bytes[index] == UInt8(ascii: "!") else { return false }
      if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "=") { return false }
      switch bytes[index - 1] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ")"),
        UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "?"):
        return true
      default: return false
      }
    }
  }
}
