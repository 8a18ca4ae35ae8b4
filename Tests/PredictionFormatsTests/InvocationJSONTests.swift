import Primitives
import Tabular
import Testing

@testable import PredictionFormats

@Suite("JSON bodies of invocations")
struct InvocationJSONTests {
  private func read(
    _ text: String,
    _ form: InputForm
  ) -> Result<Invocation, InvocationProblem> {
    Result { () throws(InvocationProblem) in try InvocationJSON.read(Bytes(text), as: form) }
  }

  private func tensors(_ text: String, _ forms: [TensorForm]) throws -> [TensorValues] {
    guard case .tensors(let tensors) = try read(text, .tensors(forms)).get().input else {
      return []
    }
    return tensors
  }

  private static func form(_ type: ElementType, _ shape: [Int64]) -> TensorForm {
    TensorForm(name: "x", type: type, shape: shape)
  }

  private static let table = table([("a", false), ("b", true)], ignored: ["label"])

  /// A table of columns of numbers and of words.
  static func table(_ columns: [(name: String, isText: Bool)], ignored: [String] = []) -> InputForm
  {
    let columns = columns.map { column in
      FittedTable.Column(
        column.name,
        column.isText
          ? .category(FittedTable.Category(categories: ["x"], imputed: "x"))
          : .number(FittedTable.Number(imputed: 0, mean: 0, scale: 1))
      )
    }
    return (try? FittedTable(columns: columns, ignored: ignored)).map { .table($0) } ?? .unknown
  }

  @Test("rows by name, in the model's order and under a list of names are the same")
  func rows() throws {
    let expected = Invocation(
      .table(
        try TableBatch(
          rowCount: 2,
          columns: [
            TableBatch.Column("a", .numbers([1.5, 0], missing: [false, true])),
            TableBatch.Column("b", .texts(["x", "true"], missing: [])),
          ]
        )
      )
    )
    for text in [
      #"{"instances":[{"a":1.5,"b":"x"},{"b":true,"a":null}]}"#,
      #"{"instances":[[1.5,"x"],[null,true]]}"#,
      #"{"instances":[{"a":"1.5","label":[1],"b":" x "},{"b":true,"a":"?"}]}"#,
      #"{"columns":["b","a"],"rows":[["x",1.5],[true,null]]}"#,
      #"{"columns":["b","label","a"],"rows":[["x",{},1.5],[true,9,null]]}"#,
      #"{"rows":[["x",1.5],[true,null]],"id":"7","parameters":{"p":[1]},"columns":["b","a"]}"#,
    ] {
      #expect(try read(text, Self.table).get() == expected, "\(text)")
    }
  }

  @Test("where the model's columns are not known, the first row names them and cells are texts")
  func unknownColumns() throws {
    let expected = Invocation(
      .table(
        try TableBatch(
          rowCount: 2,
          columns: [
            TableBatch.Column("a", .texts(["1.5", ""], missing: [false, true])),
            TableBatch.Column("b", .texts(["x", "true"], missing: [])),
          ]
        )
      )
    )
    for text in [
      #"{"instances":[{"a":1.5,"b":"x"},{"b":true,"a":null}]}"#,
      #"{"columns":["a","b"],"rows":[[1.5,"x"],[null,true]]}"#,
    ] {
      #expect(try read(text, .unknown).get() == expected, "\(text)")
    }
    for text in [
      #"{"instances":[[1.5,"x"]]}"#, #"{"instances":[{"a":1},{"b":1}]}"#, #"{"instances":[]}"#,
      #"{"instances":[{}]}"#, #"{"inputs":[{"name":"x","data":[1]}]}"#,
    ] {
      #expect(throws: InvocationProblem.self, "\(text)") { try read(text, .unknown).get() }
    }
    let tensor = #"{"inputs":[{"name":"x","datatype":"fp32","data":[[1],[2]]}]}"#
    guard case .tensors(let tensors) = try read(tensor, .unknown).get().input else { return }
    #expect(tensors.first?.shape == [2, 1] && tensors.first?.type == .fp32)
  }

  @Test("the only input of a model need not be named, typed or shaped")
  func shortTensor() throws {
    let form = Self.form(.fp32, [-1, 2])
    let whole = try tensors(
      #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}"#,
      [form]
    )
    #expect(try tensors(#"{"inputs":[{"data":[[1,2]]}]}"#, [form]) == whole)
    let other = TensorForm(name: "z", type: .fp32, shape: [-1])
    #expect(throws: InvocationProblem.self) {
      try tensors(#"{"inputs":[{"data":[[1,2]]}]}"#, [form, other])
    }
  }

  @Test("every type of element keeps its values to the ends of its range, and no others")
  func elements() throws {
    let cases: [(ElementType, good: String, bytes: [UInt8], bad: [String])] = [
      (.bool, "[true,false,1,0]", [1, 0, 1, 0], ["2", "\"true\"", "null"]),
      (.uint8, "[0,255]", [0, 255], ["-1", "256", "1.5", "true"]),
      (.int8, "[-128,127]", [0x80, 0x7F], ["-129", "128"]),
      (.uint16, "[65535]", [255, 255], ["65536"]),
      (.int16, "[-32768]", [0, 0x80], ["32768"]),
      (.uint32, "[4294967295]", [255, 255, 255, 255], ["4294967296"]),
      (.int32, "[-2147483648]", [0, 0, 0, 0x80], ["2147483648", "1e3"]),
      (
        .uint64, "[18446744073709551615]", [UInt8](repeating: 255, count: 8),
        ["18446744073709551616"]
      ),
      (.int64, "[-9223372036854775808]", [0, 0, 0, 0, 0, 0, 0, 0x80], ["9223372036854775808"]),
      (.fp16, "[1,-2.5]", [0x00, 0x3C, 0x00, 0xC1], ["65536", "\"1\""]),
      (.bf16, "[1,3.140625]", [0x80, 0x3F, 0x49, 0x40], ["1e39"]),
      (.fp32, "[0.1]", [0xCD, 0xCC, 0xCC, 0x3D], ["1e39", "[]"]),
      (.fp64, "[0.1]", [0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F], ["1e309", "{}"]),
    ]
    for (type, good, bytes, bad) in cases {
      let count = good.split(separator: ",").count
      func body(_ data: String, _ count: Int) -> String {
        #"{"inputs":[{"name":"x","datatype":"\#(type.rawValue)","shape":[\#(count)],"#
          + #""data":\#(data)}]}"#
      }
      let tensor = try tensors(body(good, count), [Self.form(type, [-1])])
      #expect(tensor.first?.data == Bytes(bytes), "\(type)")
      for value in bad {
        let outcome = read(body("[\(value)]", 1), .tensors([Self.form(type, [-1])]))
        guard case .failure(let problem) = outcome else {
          Issue.record("\(type) takes \(value)")
          continue
        }
        #expect(problem.kind == .mismatch || value == "1e309", "\(type) \(value): \(problem)")
      }
    }
    let texts = try tensors(
      #"{"inputs":[{"name":"x","datatype":"BYTES","shape":[2],"data":["a",""]}]}"#,
      [Self.form(.bytes, [-1])]
    )
    #expect(texts.first?.elements == [Bytes("a"), Bytes()])
  }

  @Test("bfloat16 rounds to the nearest, ties to even")
  func rounding() {
    #expect(ElementBuffer.bfloat16(Float(bitPattern: 0x3F80_8000)) == 0x3F80)
    #expect(ElementBuffer.bfloat16(Float(bitPattern: 0x3F81_8000)) == 0x3F82)
    #expect(ElementBuffer.bfloat16(Float(bitPattern: 0x3F80_8001)) == 0x3F81)
    #expect(ElementBuffer.bfloat16(.nan) & 0x7F80 == 0x7F80)
    #expect(ElementBuffer.bfloat16(.nan) & 0x7F != 0)
  }

  @Test("data may be nested as its shape, or flat, and nothing else")
  func nesting() throws {
    let form = Self.form(.fp32, [-1, 2])
    let flat = try tensors(#"{"inputs":[{"name":"x","shape":[2,2],"data":[1,2,3,4]}]}"#, [form])
    let nested = try tensors(
      #"{"inputs":[{"data":[[1,2],[3,4]],"name":"x","shape":[2,2]}]}"#,
      [form]
    )
    let instances = try tensors(#"{"instances":[[1,2],[3,4]]}"#, [form])
    #expect(flat == nested && nested == instances)
    for data in [
      "[[1,2],[3]]", "[[1,2,3,4]]", "[[[1,2],[3,4]]]", "[[1],[2],[3],[4]]", "[1,[2]]", "[1,2,3]",
      "7",
    ] {
      let text = #"{"inputs":[{"name":"x","shape":[2,2],"data":\#(data)}]}"#
      #expect(throws: InvocationProblem.self, "\(data)") { try tensors(text, [form]) }
    }
    let empty = try tensors(#"{"inputs":[{"name":"x","shape":[0,2],"data":[]}]}"#, [form])
    #expect(empty.first?.shape == [0, 2])
    #expect(throws: InvocationProblem.self) {
      try tensors(#"{"inputs":[{"name":"x","shape":[9223372036854775807,2],"data":[]}]}"#, [form])
    }
  }

  @Test("a single value is a tensor without dimensions")
  func scalar() throws {
    let form = Self.form(.fp64, [])
    let tensor = try tensors(#"{"inputs":[{"name":"x","shape":[],"data":[2]}]}"#, [form])
    #expect(tensor.first?.data.count == 8)
  }

  @Test("exactly one kind of input is taken, and it must be the endpoint's")
  func forms() {
    let matrix = InputForm.tensors([Self.form(.fp32, [-1, 2])])
    let table = Self.table
    let cases: [(String, InputForm, InvocationProblem.Kind)] = [
      ("{}", table, .malformed), (#"{"instances":[],"inputs":[]}"#, table, .malformed),
      (#"{"rows":[]}"#, table, .malformed), (#"{"columns":[]}"#, table, .malformed),
      (#"{"inputs":[]}"#, table, .mismatch), (#"{"instances":[]}"#, .bytes, .mismatch),
      (#"{"columns":["a"],"rows":[[1]]}"#, matrix, .mismatch),
      (#"{"instances":[],"instances":[]}"#, table, .malformed),
      (#"{"columns":["a","a"],"rows":[]}"#, table, .malformed),
      (#"{"columns":["a","b"],"rows":[[1,2,3]]}"#, table, .mismatch),
      (#"{"columns":[1],"rows":[]}"#, table, .mismatch),
      (#"{"instances":{}}"#, table, .mismatch), (#"{"instances":[1]}"#, table, .mismatch),
      (#"{"instances":[{"a":{}}]}"#, table, .mismatch),
      (#"{"instances":[{"a":1,"b":"x"},[1,"x"]]}"#, table, .mismatch),
      (#"{"instances":[[1,"x",2]]}"#, table, .mismatch),
      (#"{"instances":[{"a":1,"b":"x","c":1}]}"#, table, .mismatch),
      (#"{"instances":[{"a":1,"a":1,"b":"x"}]}"#, table, .malformed),
      (#"{"columns":["a","b","c"],"rows":[]}"#, table, .mismatch),
      (#"{"columns":["a"],"rows":[]}"#, table, .mismatch), ("[]", table, .malformed),
      (#"{"inputs":{}}"#, matrix, .mismatch), (#"{"inputs":[1]}"#, matrix, .mismatch),
      (#"{"inputs":[{"name":"x","shape":[1,2]}]}"#, matrix, .malformed),
      (#"{"inputs":[{"shape":[1,2],"data":[]}]}"#, matrix, .mismatch),
      (#"{"inputs":[{"name":"x","shape":[-1,2],"data":[]}]}"#, matrix, .mismatch),
      (#"{"instances":[[1,2]]} x"#, matrix, .malformed),
      (#"{"instances":[[1,2]],"outputs":[{}]}"#, matrix, .malformed),
    ]
    for (text, form, kind) in cases {
      guard case .failure(let problem) = read(text, form) else {
        Issue.record("\(text) is taken")
        continue
      }
      #expect(problem.kind == kind, "\(text): \(problem)")
    }
  }

  @Test("a table, its words, and elements have an end")
  func ends() {
    func kind(_ text: String, _ form: InputForm, _ limits: ReadingLimits) -> InvocationProblem.Kind?
    {
      do throws(InvocationProblem) {
        _ = try InvocationJSON.read(Bytes(text), as: form, limits: limits)
        return nil
      } catch {
        return error.kind
      }
    }
    let row = #"[1,"x"],"#
    let four = #"{"instances":["# + String(repeating: row, count: 3) + #"[1,"x"]]}"#
    for (cells, texts, expected) in [
      (8, 4, nil), (7, 4, .tooLarge), (8, 3, .tooLarge),
    ] as [(Int, Int, InvocationProblem.Kind?)] {
      let limits = ReadingLimits(cellCount: cells, textCount: texts)
      #expect(kind(four, Self.table, limits) == expected)
    }
    let many = String(repeating: #""","#, count: ReadingLimits.oneCall.textCount)
    let texts = InputForm.tensors([Self.form(.bytes, [-1])])
    #expect(kind(#"{"instances":[\#(many.dropLast())]}"#, texts, .manyCalls) == nil)
    #expect(kind(#"{"instances":[\#(many)""]}"#, texts, .manyCalls) == .tooLarge)
  }
}
