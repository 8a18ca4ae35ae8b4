import InferenceCore
import Primitives
import Protocols
import RPC
import Testing

@testable import InferenceServer

@Suite("From a call to the model's tensors and back")
struct ServingFormTests {
  private static func spec(_ name: String, _ type: DataType, _ shape: [Int64]) -> TensorSpec {
    TensorSpec(name: name, dataType: type, shape: shape)
  }

  private static let rows = Signature(
    inputs: [spec("features", .fp32, [-1, 3])],
    outputs: [spec("prediction", .fp32, [-1, 1])]
  )

  private static let table = TablePreprocessing(
    tensor: "features",
    columns: [
      FittedColumn(
        name: "age",
        encoding: .number(FittedNumber(imputed: 40, mean: 40, scale: 10))
      ),
      FittedColumn(
        name: "sex",
        encoding: .category(FittedCategory(categories: ["f", "m"], imputed: "m"))
      ),
    ]
  )

  private static func manifest(_ table: TablePreprocessing) -> Manifest {
    Manifest(preprocessing: Preprocessing(kind: .table(table)))
  }

  @Test("rows of a table are encoded as training did")
  func rows() throws {
    let form = try ServingForm(
      ServingFormTests.rows,
      ServingFormTests.manifest(
        .init(
          tensor: ServingFormTests.table.tensor,
          columns: ServingFormTests.table.columns
        )
      )
    )
    let table = Table(
      rowCount: 2,
      columns: [
        TableColumn(name: "sex", cells: .texts(TextCells(values: ["f", "?"]))),
        TableColumn(
          name: "age",
          cells: .numbers(NumberCells(values: [50, 0], missing: [0b10]))
        ),
      ]
    )
    let input = try PredictionInput(.table(table), form)
    #expect(input.rowCount == 2)
    #expect(input.contents[0].shape == [2, 3])
    #expect(ServingFormTests.floats(input.contents[0].data).prefix(4) == [1, 1, 0, 0])
  }

  @Test("what is wrong with a table is told with its column")
  func wrongTable() throws {
    let form = try ServingForm(
      ServingFormTests.rows,
      ServingFormTests.manifest(ServingFormTests.table)
    )
    let age = TableColumn(name: "age", cells: .numbers(NumberCells(values: [1])))
    let wrong: [(PredictRequest.Input?, String)] = [
      (.table(Table(rowCount: 1, columns: [age])), "'sex'"),
      (.table(Table(rowCount: 0)), "no rows"),
      (.bytes(ByteInput(items: [Bytes("a")])), "'age', 'sex'"),
      (nil, "'age', 'sex'"),
    ]
    for (input, word) in wrong {
      let error = #expect(throws: RPCError.self) { try PredictionInput(input, form) }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains(word) == true, "\(error as Any)")
    }
  }

  @Test(
    "a word that training did not see is refused with its nearest, unless the manifest takes it"
  )
  func unknownWords() throws {
    let age = TableColumn(name: "age", cells: .numbers(NumberCells(values: [50, 50])))
    let sex = TableColumn(name: "sex", cells: .texts(TextCells(values: ["f", "M"])))
    let table = Table(rowCount: 2, columns: [age, sex])
    var fitted = ServingFormTests.table
    let strict = try ServingForm(ServingFormTests.rows, ServingFormTests.manifest(fitted))
    let error = #expect(throws: RPCError.self) { try PredictionInput(.table(table), strict) }
    #expect(error?.code == .invalidArgument)
    for word in ["row 2", "'sex'", "'M'", "'m'"] {
      #expect(error?.message.contains(word) == true, "\(error as Any)")
    }
    fitted.acceptsUnknownCategories = true
    let lenient = try ServingForm(ServingFormTests.rows, ServingFormTests.manifest(fitted))
    let input = try PredictionInput(.table(table), lenient)
    #expect(ServingFormTests.floats(input.contents[0].data) == [1, 1, 0, 1, 0, 0])
    // One that only rows of the validation had.
    fitted.acceptsUnknownCategories = false
    fitted.columns[1].encoding = .category(
      FittedCategory(categories: ["f", "m"], imputed: "m", unlearned: ["M"])
    )
    let held = try ServingForm(ServingFormTests.rows, ServingFormTests.manifest(fitted))
    #expect(try PredictionInput(.table(table), held).contents == input.contents)
  }

  @Test("columns that the model ignored in training may come along, others not")
  func surplusColumns() throws {
    var fitted = ServingFormTests.table
    fitted.ignoredColumns = ["species"]
    let form = try ServingForm(ServingFormTests.rows, ServingFormTests.manifest(fitted))
    func table(_ more: String) -> Table {
      Table(
        rowCount: 1,
        columns: [
          TableColumn(name: more, cells: .texts(TextCells(values: ["?"]))),
          TableColumn(name: "sex", cells: .texts(TextCells(values: ["f"]))),
          TableColumn(name: "age", cells: .numbers(NumberCells(values: [50]))),
        ]
      )
    }
    let input = try PredictionInput(.table(table("species")), form)
    #expect(ServingFormTests.floats(input.contents[0].data) == [1, 1, 0])
    let error = #expect(throws: RPCError.self) {
      try PredictionInput(.table(table("weight")), form)
    }
    #expect(error?.code == .invalidArgument && error?.message.contains("'weight'") == true)
  }

  @Test("steps that do not fit the model make no form")
  func misfits() {
    var wide = ServingFormTests.table
    wide.columns.append(
      FittedColumn(name: "more", encoding: .number(FittedNumber(imputed: 0, mean: 0, scale: 1)))
    )
    var other = ServingFormTests.table
    other.tensor = "x"
    for table in [wide, other, TablePreprocessing(tensor: "features")] {
      #expect(throws: ServingForm.Problem.self) {
        try ServingForm(ServingFormTests.rows, ServingFormTests.manifest(table))
      }
    }
    let window = ByteWindow(
      tensor: "features",
      beginningCount: 2,
      endCount: 1,
      blockBytes: 8,
      padding: 256,
      minimumBytes: 1
    )
    // The model takes FP32, a byte window gives INT32.
    #expect(throws: ServingForm.Problem.self) {
      try ServingForm(
        ServingFormTests.rows,
        Manifest(preprocessing: Preprocessing(kind: .byteWindow(window)))
      )
    }
    for choice in [LabelChoice(tensor: "prediction"), LabelChoice(tensor: "no", labels: ["a"])] {
      #expect(throws: ServingForm.Problem.self) {
        try ServingForm(
          ServingFormTests.rows,
          Manifest(postprocessing: Postprocessing(labelChoice: choice))
        )
      }
    }
  }

  private static func labelled() throws -> ServingForm {
    try ServingForm(
      Signature(
        inputs: [spec("window", .int32, [-1, 3])],
        outputs: [spec("scores", .fp32, [-1, 2])]
      ),
      Manifest(
        preprocessing: Preprocessing(
          kind: .byteWindow(
            ByteWindow(
              tensor: "window",
              beginningCount: 2,
              endCount: 1,
              blockBytes: 8,
              padding: 256,
              minimumBytes: 2
            )
          )
        ),
        postprocessing: Postprocessing(
          labelChoice: LabelChoice(
            tensor: "scores",
            labels: ["a", "b"],
            defaultThreshold: 0.5,
            textFallback: "text",
            fallback: "unknown",
            emptyLabel: "empty"
          )
        )
      )
    )
  }

  @Test("items that do not go to the model keep their place in the answer")
  func places() throws {
    let form = try ServingFormTests.labelled()
    let items = [Bytes(), Bytes("xy"), Bytes("z"), Bytes("pq"), Bytes([0xFF])]
    let input = try PredictionInput(.bytes(ByteInput(items: items)), form)
    #expect(input.contents[0].shape == [2, 3])
    let answer = try PredictionAnswer([], form)
    let scores = TensorContent(
      shape: [2, 2],
      data: [Float]([0.1, 0.9, 0.8, 0.2]).withUnsafeBytes { Bytes(copying: $0) }
    )
    let tensors = try answer.tensors([scores], input)
    #expect(tensors.map(\.name) == ["label", "score"])
    #expect(
      tensors[0].elements.map { $0.utf8Text ?? "" } == ["empty", "b", "text", "a", "unknown"]
    )
    #expect(ServingFormTests.floats(tensors[1].data) == [1, 0.9, 1, 0.8, 1])
  }

  @Test("without one item for the model no inference is needed")
  func noInference() throws {
    let form = try ServingFormTests.labelled()
    let input = try PredictionInput(.bytes(ByteInput(items: [Bytes()])), form)
    #expect(input.contents.isEmpty)
    let tensors = try PredictionAnswer(["label"], form).tensors([], input)
    #expect(tensors.map(\.name) == ["label"])
    #expect(tensors[0].elements == [Bytes("empty")])
    // The model's own output does not exist then.
    let own = try PredictionAnswer(["scores"], form)
    #expect(throws: RPCError.self) { try own.tensors([], input) }
    #expect(throws: RPCError.self) { try PredictionAnswer(["nothing"], form) }
  }

  @Test("scores of another size than the labels are an error, not a wrong label")
  func wrongScores() throws {
    let form = try ServingFormTests.labelled()
    let input = try PredictionInput(.bytes(ByteInput(items: [Bytes("xy")])), form)
    let short = TensorContent(shape: [1, 1], data: Bytes([0, 0, 0, 0]))
    let answer = try PredictionAnswer([], form)
    let error = #expect(throws: RPCError.self) { try answer.tensors([short], input) }
    #expect(error?.code == .internal)
  }

  private static func floats(_ data: Bytes) -> [Float] {
    data.withUnsafeBytes { bytes in
      (0..<(bytes.count / 4)).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
  }
}
