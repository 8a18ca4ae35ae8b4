import Primitives
import Protocols
import Testing
import WireCodec

@testable import Commands

@Suite("What is asked of an endpoint")
struct PredictionInputTests {
  private static let table = Manifest(
    preprocessing: Preprocessing(
      kind: .table(
        TablePreprocessing(
          tensor: "features",
          columns: [
            FittedColumn(name: "age", encoding: .number(FittedNumber(mean: 0, scale: 1))),
            FittedColumn(
              name: "colour",
              encoding: .category(FittedCategory(categories: ["red", "blue"], imputed: "red"))
            ),
          ]
        )
      )
    )
  )
  private static let files = Manifest(
    preprocessing: Preprocessing(
      kind: .byteWindow(ByteWindow(beginningCount: 4, endCount: 4, blockBytes: 16))
    )
  )
  private static let tensors = Manifest(
    signature: Signature(
      inputs: [TensorSpec(name: "x", dataType: .fp32, shape: [-1])],
      outputs: []
    )
  )

  private static func csv(_ text: String, _ manifest: Manifest?) throws -> PredictionInput {
    let folder = try TemporaryFolder()
    return try PredictionInput.csv(try folder.write(text, "rows.csv"), manifest)
  }

  private static func json(_ text: String, _ manifest: Manifest?) throws -> PredictionInput {
    let folder = try TemporaryFolder()
    return try PredictionInput.json(try folder.write(text, "rows.json"), manifest)
  }

  private static func rows(_ input: PredictionInput) throws -> [Table] {
    try input.calls.map { call in
      guard case .table(let table)? = call.request.input else {
        throw CommandError("no table")
      }
      return table
    }
  }

  @Test("rows of CSV become the model's columns, with marks for missing cells")
  func csvRows() throws {
    let input = try Self.csv("colour,age\nblue,1.5\n,\nred,3\n", Self.table)
    let table = try #require(try Self.rows(input).first)
    #expect(input.calls.map(\.itemCount) == [3] && table.rowCount == 3)
    #expect(table.columns.map(\.name) == ["age", "colour"])
    #expect(
      table.columns[0].cells == .numbers(NumberCells(values: [1.5, 0, 3], missing: Bytes([0b010])))
    )
    #expect(
      table.columns[1].cells
        == .texts(TextCells(values: ["blue", "", "red"], missing: Bytes([0b010])))
    )
  }

  @Test("many rows go in several calls, in order, with their own marks")
  func batches() throws {
    var text = "age,colour\n"
    for row in 0..<40_000 { text += row == 20_000 ? ",red\n" : "\(row),blue\n" }
    let input = try Self.csv(text, Self.table)
    let tables = try Self.rows(input)
    #expect(tables.count > 1 && input.calls.reduce(0) { $0 + $1.itemCount } == 40_000)
    var ages: [Double] = []
    var missing: [Int] = []
    for table in tables {
      guard case .numbers(let cells)? = table.columns[0].cells else { continue }
      for (index, value) in cells.values.enumerated() {
        let isSet = !cells.missing.isEmpty && cells.missing[index / 8] >> (index % 8) & 1 == 1
        if isSet { missing.append(ages.count) }
        ages.append(value)
      }
    }
    #expect(missing == [20_000])
    #expect(ages.count == 40_000 && ages[39_999] == 39_999 && ages[19_999] == 19_999)
  }

  @Test("rows for an endpoint that takes files or tensors say what it takes")
  func wrongKind() throws {
    let files = #expect(throws: CommandError.self) { try Self.csv("a\n1\n", Self.files) }
    #expect(files?.remedy?.contains("--file") == true)
    let tensors = #expect(throws: CommandError.self) { try Self.csv("a\n1\n", Self.tensors) }
    #expect(tensors?.remedy?.contains("--json") == true)
    let rows = #expect(throws: CommandError.self) {
      try PredictionInput.files(["/etc/hostname"], Self.table)
    }
    #expect(rows?.remedy?.contains("--csv") == true)
  }

  @Test("without a manifest rows go as texts by the names of the first line")
  func withoutManifest() throws {
    let input = try Self.csv("age,colour\n1,red\n,blue\n", nil)
    let table = try #require(try Self.rows(input).first)
    #expect(
      table.columns[0].cells == .texts(TextCells(values: ["1", ""], missing: Bytes([0b10])))
    )
    #expect(throws: CommandError.self) { try Self.csv("age,colour\n1\n", nil) }
    #expect(throws: CommandError.self) { try Self.csv("", nil) }
  }

  @Test("without a manifest JSON goes as texts by its own names, or as the tensors that it names")
  func jsonWithoutManifest() throws {
    let input = try Self.json(#"{"instances":[{"age":1.5,"colour":"red"}]}"#, nil)
    let table = try #require(try Self.rows(input).first)
    #expect(table.columns.map(\.name) == ["age", "colour"])
    #expect(table.columns[0].cells == .texts(TextCells(values: ["1.5"])))
    let tensors = try Self.json(
      #"{"inputs":[{"name":"x","datatype":"FP32","data":[1]}],"outputs":["y"]}"#,
      nil
    )
    #expect(tensors.isTensors && tensors.calls.first?.request.outputs == ["y"])
    #expect(throws: CommandError.self) { try Self.json(#"{"instances":[[1,"red"]]}"#, nil) }
    #expect(throws: CommandError.self) { try Self.json(#"{"instances":[{}]}"#, Self.files) }
  }

  @Test("a call has no more words than a message has fields")
  func words() throws {
    let columns = (0..<8).map { index in
      FittedColumn(
        name: "c\(index)",
        encoding: .category(FittedCategory(categories: ["x"], imputed: "x"))
      )
    }
    let manifest = Manifest(
      preprocessing: Preprocessing(kind: .table(TablePreprocessing(tensor: "t", columns: columns)))
    )
    let row = String(repeating: "x,", count: 7) + "x\n"
    let input = try Self.csv(String(repeating: row, count: 10_000), manifest)
    #expect(input.calls.reduce(0) { $0 + $1.itemCount } == 10_000)
    for call in input.calls {
      #expect(call.itemCount * 8 <= 65_536 - 8 * 4)
      #expect((try? PredictRequest(decoding: call.request.encoded())) != nil)
    }
  }

  @Test("of a large file only a block at either end goes over the wire")
  func filesAreCut() throws {
    let folder = try TemporaryFolder()
    let content = (0..<100).map { UInt8($0) }
    let large = try folder.write(content, "large.bin")
    let small = try folder.write(Array(content.prefix(32)), "small.bin")
    let empty = try folder.write("", "empty")
    let input = try PredictionInput.files([large, small, empty], Self.files)
    guard case .bytes(let bytes)? = input.calls.first?.request.input else {
      Issue.record("no bytes")
      return
    }
    #expect(bytes.items.map(\.count) == [32, 32, 0])
    #expect(bytes.items[0].array == Array(content.prefix(16) + content.suffix(16)))
    #expect(bytes.items[1].array == Array(content.prefix(32)))
    #expect(input.names == [large, small, empty])
    let whole = try PredictionInput.files([large], nil)
    guard case .bytes(let all)? = whole.calls.first?.request.input else { return }
    #expect(all.items.first?.array == content)
  }

  @Test("many files go in several calls")
  func manyFiles() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("abc", "f")
    let input = try PredictionInput.files([String](repeating: path, count: 600), Self.files)
    #expect(input.calls.map(\.itemCount) == [256, 256, 88])
  }
}
