import Testing

/// The repository's own rules, over all of its files.
@Suite("The repository is tidy")
struct TidyTests {
  @Test("a rule holds in every file", arguments: Rule.all)
  func holds(rule: Rule) {
    let findings = SourceTree.files.flatMap(rule.check)
    let list = findings.map(\.description).joined(separator: "\n")
    #expect(findings.isEmpty, "\(list)")
  }

  @Test("a rule can fail, and does not cry wolf", arguments: Rule.all)
  func canFail(rule: Rule) {
    for file in rule.bad {
      #expect(!rule.check(file).isEmpty, "not found in: \(file.lines)")
    }
    for file in rule.good {
      let findings = rule.check(file)
      #expect(findings.isEmpty, "found in a good file: \(findings)")
    }
    #expect(!rule.bad.isEmpty && !rule.good.isEmpty)
  }

  @Test("the tree is really read")
  func treeIsRead() {
    let paths = Set(SourceTree.files.map(\.path))
    for path in ["Package.swift", "Tests/run", "Tests/TidyTests/TidyTests.swift"] {
      #expect(paths.contains(path))
    }
    #expect(!paths.contains { $0.hasPrefix(".build") })
  }

  @Test(
    "an import is found behind modifiers, and only there",
    arguments: [
      ("import NIOCore", "NIOCore"),
      ("@testable import RPC", "RPC"),
      ("@_exported public import struct Foundation.Data", "Foundation"),
      ("let import = 1", nil),
      ("", nil),
    ] as [(String, String?)]
  )
  func importIsFound(line: String, module: String?) {
    #expect(Rule.importedModule(line) == module)
  }

  @Test("comments and strings are no code")
  func codeIsStripped() {
    let text = """
      let a = "quoted \\("in\\(ner)") // here"  // comment
      /* one
      two */ let b = 1
      let c = \"""
        import NIOCore
        \"""
      """
    let file = SourceFile(path: "Shared/A/A.swift", text: text)
    #expect(
      file.code.map { $0.trimmingPrefix { $0 == " " } } == [
        "let a = \"\"  ", "", "let b = 1", "let c = \"\"", "", "",
      ]
    )
    #expect(file.hasComment == [true, true, true, false, false, false])
  }
}
