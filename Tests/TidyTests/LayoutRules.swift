import Foundation

/// How long files and lines are, and what stands in none of them.
extension Rule {
  static let maximumLines = 400
  static let maximumColumns = 100

  static let layout: [Rule] = [
    Rule(
      name: "no file is longer than \(maximumLines) lines",
      bad: [file("a.swift", String(repeating: "x\n", count: maximumLines + 1))],
      good: [
        file("a.swift", String(repeating: "x\n", count: maximumLines)),
        file("a.swift", "// Generated from x.proto\n" + String(repeating: "x\n", count: 999)),
      ]
    ) { file in
      // SwiftPM reads one manifest.
      guard file.isSource, file.path != "Package.swift", file.lines.count > maximumLines else {
        return []
      }
      let message = "\(file.lines.count) lines; it would be clearer as two files"
      return [Finding(path: file.path, line: maximumLines + 1, message: message)]
    },
    text(
      "no line is longer than \(maximumColumns) columns",
      bad: [file("a.py", String(repeating: "x", count: maximumColumns + 1))],
      good: [file("a.swift", String(repeating: "é", count: maximumColumns))],
      where: { $0.isSource },
      message: "more than \(maximumColumns) columns; break the line"
    ) { line in
      line.utf8.count > maximumColumns && line.count > maximumColumns
    },
    text(
      "no path of one machine stands in the repository",
      bad: [file("a.md", "see /" + "root/notes"), file("run.sh", "cd /" + "home/me/martlet")],
      good: [file("a.md", "GET https://host/" + "root/ and $PWD/" + "root/x")],
      where: { _ in true },
      message: "a path of one machine; derive it from the repository's root or take it as a flag"
    ) { line in
      machineFolders.contains { namesFolder($0, in: line) }
    },
    text(
      "nothing is marked to be done later",
      bad: [file("a.swift", "// TO" + "DO: think"), file("a.sh", "# FIX" + "ME")],
      good: [file("a.swift", "// what is still to do stands in the issue")],
      where: { $0.isSource },
      message: "do it now, or write an issue"
    ) { line in
      ["TO" + "DO", "FIX" + "ME"].contains { line.contains($0) }
    },
    Rule(
      name: "every shell script passes bash -n",
      bad: [file("a.sh", "if true; then\n")],
      good: [file("a.sh", "if true; then :; fi\n"), file("a.py", "if true:")]
    ) { file in
      guard file.isShellScript, let complaint = bashComplaint(file.lines) else { return [] }
      return [Finding(path: file.path, line: 1, message: "bash -n says: \(complaint)")]
    },
  ]

  private static func file(_ name: String, _ text: String) -> SourceFile {
    SourceFile(path: "Shared/A/" + name, text: text)
  }

  // Written in parts, so that this file does not break its own rule.
  private static let machineFolders = ["root", "work", "home", "Users"].map { "/" + $0 + "/" }

  /// Whether a path begins with the folder, and does not only contain it.
  private static func namesFolder(_ folder: String, in line: String) -> Bool {
    guard line.utf8.contains(UInt8(ascii: "/")) else { return false }
    return line.ranges(of: folder).contains { range in
      guard range.lowerBound > line.startIndex else { return true }
      let before = line[line.index(before: range.lowerBound)]
      return !(before.isLetter || before.isNumber || "_-./}~".contains(before))
    }
  }

  /// What bash says against a script; nil when nothing.
  private static func bashComplaint(_ lines: [String]) -> String? {
    let bash = Process()
    let complaints = Pipe()
    bash.executableURL = URL(filePath: "/bin/bash")
    bash.arguments = ["-n", "-c", lines.joined(separator: "\n")]
    bash.standardError = complaints
    do {
      try bash.run()
    } catch {
      return "cannot be started: \(error)"
    }
    let said = complaints.fileHandleForReading.readDataToEndOfFile()
    bash.waitUntilExit()
    return bash.terminationStatus == 0 ? nil : String(decoding: said, as: UTF8.self)
  }
}
