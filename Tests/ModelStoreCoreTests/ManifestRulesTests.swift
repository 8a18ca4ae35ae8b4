import ModelStoreCore
import Primitives
import Testing

@Suite("What a manifest must be")
struct ManifestRulesTests {
  private var good: ManifestFacts {
    var facts = ManifestFacts()
    facts.files = [
      FileRecord(
        path: "model.onnx",
        sizeBytes: 4,
        sha256: Bytes([UInt8](repeating: 1, count: 32))
      )
    ]
    facts.entryPath = "model.onnx"
    facts.hasKnownFormat = true
    facts.inputs = [.init(name: "x", hasKnownType: true, shape: [-1, 2])]
    facts.outputs = [.init(name: "y", hasKnownType: true, shape: [])]
    facts.metrics = [("validation:rmse", 0.5), ("train:loss", .nan)]
    facts.pairs = [("tags", ["team": "blue"])]
    facts.words = [("task", "regression")]
    facts.encodedBytes = 1000
    return facts
  }

  /// The refusal of a manifest in which one thing is wrong.
  private func problem(_ change: (inout ManifestFacts) -> Void) -> String? {
    var facts = good
    change(&facts)
    do throws(StoreProblem) {
      try ManifestRules.check(facts)
      return nil
    } catch {
      return error.message
    }
  }

  @Test("a good one is taken")
  func takes() { #expect(problem { _ in } == nil) }

  @Test("what is wrong is named by its field")
  func names() {
    #expect(problem { $0.hasKnownFormat = false }?.hasPrefix("manifest.format:") == true)
    #expect(problem { $0.entryPath = "x" }?.hasPrefix("manifest.entry_path:") == true)
    #expect(problem { $0.files = [] }?.hasPrefix("files:") == true)
    let long = String(repeating: "x", count: 129)
    #expect(problem { $0.words = [("task", long)] }?.hasPrefix("manifest.task:") == true)
    #expect(problem { $0.cardBytes = 256 * 1024 + 1 }?.hasPrefix("manifest.card:") == true)
    #expect(problem { $0.encodedBytes = 1 << 20 + 1 }?.hasPrefix("manifest:") == true)
    let nameless = problem { $0.metrics.append(("", 1)) }
    #expect(nameless?.hasPrefix("manifest.metrics[2].name:") == true)
    let many = problem { $0.metrics = (0...1000).map { ("m\($0)", 0) } }
    #expect(many?.hasPrefix("manifest.metrics:") == true)
    let tags = problem { facts in
      facts.pairs = [("tags", Dictionary(uniqueKeysWithValues: (0...100).map { ("\($0)", "") }))]
    }
    #expect(tags?.hasPrefix("manifest.tags:") == true)
    #expect(problem { $0.pairs = [("tags", ["": "x"])] } != nil)
    #expect(problem { $0.pairs = [("tags", ["k": String(repeating: "v", count: 1025)])] } != nil)
  }

  @Test("a signature has names that differ, known types and possible shapes")
  func signatures() {
    func changed(_ tensor: ManifestFacts.Tensor) -> String? {
      problem { $0.inputs.append(tensor) }
    }
    #expect(changed(.init(name: "z", hasKnownType: true, shape: [0, -1, 7])) == nil)
    #expect(changed(.init(name: "", hasKnownType: true, shape: [])) != nil)
    #expect(changed(.init(name: "x", hasKnownType: true, shape: []))?.contains("twice") == true)
    #expect(changed(.init(name: "z", hasKnownType: false, shape: [])) != nil)
    #expect(changed(.init(name: "z", hasKnownType: true, shape: [-2])) != nil)
    let deep = [Int64](repeating: 1, count: 33)
    #expect(changed(.init(name: "z", hasKnownType: true, shape: deep)) != nil)
  }

  @Test("a fitted step can neither divide by zero nor look beyond its window")
  func fitted() {
    func window(
      _ beginning: UInt32,
      _ end: UInt32,
      block: UInt32,
      minimum: UInt32
    ) -> FittedRules.Window {
      FittedRules.Window(
        beginningCount: beginning,
        endCount: end,
        blockBytes: block,
        minimumBytes: minimum
      )
    }
    #expect(throws: Never.self) {
      try FittedRules.check(window(1024, 1024, block: 4096, minimum: 8))
    }
    for wrong in [
      window(0, 0, block: 10, minimum: 0), window(.max, 1, block: .max, minimum: 0),
      window(10, 20, block: 19, minimum: 0), window(10, 0, block: 10, minimum: 11),
      window(10, 0, block: 17 << 20, minimum: 0),
    ] {
      #expect(throws: StoreProblem.self) { try FittedRules.check(wrong) }
    }
    for scale in [0, Double.nan, .infinity] {
      #expect(throws: StoreProblem.self) {
        try FittedRules.checkColumn(index: 0, name: "age", numbers: (0, 0, scale))
      }
    }
    #expect(throws: Never.self) {
      try FittedRules.checkColumn(index: 0, name: "age", numbers: (0, 0, -1))
      try FittedRules.checkColumn(index: 0, name: "sex", numbers: nil)
      try FittedRules.checkLabels(count: 1, thresholds: [0.5])
    }
    #expect(throws: StoreProblem.self) { try FittedRules.checkLabels(count: 0, thresholds: []) }
    #expect(throws: StoreProblem.self) {
      try FittedRules.checkLabels(count: 1, thresholds: [.nan])
    }
    #expect(throws: StoreProblem.self) { try FittedRules.checkColumns(count: 0) }
  }
}
