import ArgumentParser
import Primitives
import Protocols
import RPC

/// `martlet predict`: asks an endpoint.
struct PredictCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Asks an endpoint for predictions.",
    discussion: """
      Rows of CSV are named by the first line, in any order of columns, or stand without a header in
      the model's order; `martlet models NAME` shows its columns. An empty cell is a missing value.
      A `-` stands for standard input.

      JSON is what the gateway takes over HTTPS: rows by name, in the model's order, or under a list
      of names, and null for a missing value; or tensors, of which a model with one may leave out
      all but the data. "outputs" beside them chooses some of the outputs:
        {"instances": [{"cylinders": 4, "origin": "europe"}]}
        {"instances": [[4, "europe"]]}
        {"columns": ["origin", "cylinders"], "rows": [["europe", 4]]}
        {"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [0.5, 1]}]}

      Examples:
        martlet predict mpg --csv new-cars.csv
        head -n 3 cars.csv | martlet predict groups --csv -
        martlet predict mpg --json rows.json --output json
        martlet predict filetype --file photo.bin report.pdf
      """
  )

  @Argument(help: "The endpoint.")
  var endpoint: String

  @Option(help: ArgumentHelp("Rows as CSV.", valueName: "file"), completion: .file())
  var csv: String?

  @Option(help: ArgumentHelp("Tensors or rows as JSON.", valueName: "file"), completion: .file())
  var json: String?

  @Option(
    name: .customLong("file"),
    parsing: .upToNextOption,
    help: ArgumentHelp("Files to look into, for models that take bytes.", valueName: "file"),
    completion: .file()
  )
  var files: [String] = []

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    guard [csv != nil, json != nil, !files.isEmpty].count(where: { $0 }) == 1 else {
      throw CommandError(
        "give what to predict from: one of --csv FILE, --json FILE and --file FILE…",
        exit: .usage
      )
    }
    if let problem = ResourceName.problem(endpoint) {
      throw CommandError.name("the endpoint's name '\(endpoint)' \(problem)")
    }
    try await console.withSession { session in
      let patience = Patience()
      let manifest = try await manifest(session, patience)
      let input = try input(manifest)
      let inference = session.inference(endpoint: endpoint)
      if input.isTensors, let call = input.calls.first {
        let response = try await patience.repeating { try await inference.predict(call.request) }
        return try console.present(TensorAnswer(endpoint, response)) { out in
          TensorAnswer.write(response, out)
        }
      }
      var result = PredictionResult()
      let progress = ProgressLine(
        console,
        "predicting",
        total: Int64(input.calls.reduce(0) { $0 + $1.itemCount }),
        unit: .count(input.names.isEmpty ? "rows" : "files")
      )
      defer { progress.clear() }
      for call in input.calls {
        let response = try await patience.repeating { try await inference.predict(call.request) }
        try result.add(response, itemCount: call.itemCount)
        progress.update(Int64(result.rowCount))
      }
      progress.clear()
      try console.present(RowAnswer(endpoint, result, names: input.names)) { out in
        result.table(names: input.names).write(to: out)
      }
    }
  }

  /// What the endpoint takes; nil when the caller's key may invoke it and not look at it.
  private func manifest(_ session: Session, _ patience: Patience) async throws -> Manifest? {
    let wait = EndpointWait(endpoints: session.endpoints, name: endpoint, patience: patience)
    let found: Endpoint
    do {
      found = try await wait.describe()
    } catch let error as RPCError where error.code == .permissionDenied {
      return nil
    } catch let error as RPCError where error.code == .notFound {
      throw CommandError(
        "there is no endpoint '\(endpoint)'",
        remedy: "`martlet endpoints` lists those there are; "
          + "`martlet deploy \(endpoint) --model MODEL` makes it",
        exit: .notFound,
        code: error.code.name
      )
    }
    if found.status == .creating || found.status == .failed,
      !found.targets.contains(where: { $0.isReady })
    {
      let words = EndpointText.failure(found)
      throw CommandError(
        "endpoint \(endpoint) does not answer yet: it is \(EndpointText.status(found.status))"
          + (words.isEmpty ? "" : ", \(words)"),
        remedy: "look with `martlet endpoints \(endpoint)`",
        exit: .unavailable
      )
    }
    return found.variants.first?.manifest
  }

  private func input(_ manifest: Manifest?) throws(CommandError) -> PredictionInput {
    if let csv { return try .csv(csv, manifest) }
    if let json { return try .json(json, manifest) }
    return try .files(files, manifest)
  }
}
