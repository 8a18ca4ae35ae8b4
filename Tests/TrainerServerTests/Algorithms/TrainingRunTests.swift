import Foundation
import Primitives
import Protocols
import RPC
import Tabular
import TabularCoding
import Testing
import TrainerCore

@testable import TrainerServer

@Suite("What a training refuses")
struct TrainingRunTests {
  private func failure(
    _ table: String,
    _ spec: TrainingSpec,
    data: String? = nil
  ) async throws -> RPCError? {
    let folder = try TrainingFolder()
    let path = try folder.write(table, as: "a.csv")
    var request = try folder.request([path], spec)
    if let data { request.dataPaths = [try folder.write(data, as: "b.csv")] }
    do {
      try await TrainingRun.run(request) { _ in }
      return nil
    } catch let error as RPCError {
      return error
    }
  }

  @Test("specs that cannot work end INVALID_ARGUMENT, naming what is wrong and the way out")
  func refusesSpecs() async throws {
    let table = "a,town,day,y\n1,x,2026-01-01,2\n2,z,2026-01-02,3\n3,x,2026-01-03,5\n"
    let cases: [(TrainingSpec, String)] = [
      (TrainingSpec(algorithm: "svm"), "there is no algorithm 'svm'"),
      (TrainingSpec(algorithm: "linear-learner", label: "Y"), "'a', 'town', 'day', 'y'"),
      (TrainingSpec(algorithm: "linear-learner", label: "town"), "holds words"),
      (TrainingSpec(algorithm: "linear-learner", label: "y"), "column 'day': holds dates"),
      (
        TrainingSpec(algorithm: "kmeans", ignoredColumns: ["day"]),
        "k is 8, and there are 2 rows"
      ),
      (
        TrainingSpec(algorithm: "kmeans", hyperparameters: ["kk": "3"]),
        "did you mean 'k'?"
      ),
      (TrainingSpec(algorithm: "kmeans", validationFraction: 0.9), "validation fraction is 0.9"),
    ]
    for (spec, words) in cases {
      let error = try #require(try await failure(table, spec))
      #expect(error.code == .invalidArgument)
      #expect(error.message.contains(words), "\(error.message)")
    }
  }

  @Test("data that does not fit its schema ends INVALID_ARGUMENT with line and column")
  func refusesData() async throws {
    let spec = TrainingSpec(algorithm: "linear-learner", label: "y")
    let table = "a,y\n1,2\n2,3\n"
    let word = try #require(try await failure(table, spec, data: "a,y\n1,2\nx,3\n"))
    #expect(word.code == .invalidArgument)
    #expect(word.message.hasPrefix("line 3, column 'a': 'x' is not a number"))
    let quote = try #require(try await failure(table, spec, data: "a,y\n1,\"2\n"))
    #expect(quote.message.contains("never closed"))
    let unlabelled = try #require(try await failure(table, spec, data: "a,y\n1,\n"))
    #expect(unlabelled.message.contains("no row has a label"))
  }

  @Test("what is more than the memory that there is ends with both figures, before it is taken")
  func boundsMemory() async throws {
    let folder = try TrainingFolder()
    let path = try folder.write("a,b,y\n1,x,2\n2,z,3\n3,x,5\n4,z,7\n", as: "a.csv")
    let regression = TrainingSpec(algorithm: "linear-learner", label: "y")
    let clusters = TrainingSpec(algorithm: "kmeans", hyperparameters: ["k": "2"])
    // Of each what is wanted: the table, then what the algorithm needs beside it.
    let cases: [(TrainingSpec, UInt64, Double, String)] = [
      (regression, 70_000_000, 1e9, "3.4 GiB of memory for a table of 70000000 rows and 2 columns"),
      (regression, 4, 1000, "of memory for the factors of 3 encoded elements"),
      (clusters, 4, 300, "of memory for 4 rows of 4 encoded elements"),
    ]
    for (spec, rowCount, bytes, words) in cases {
      var request = try folder.request([path], spec)
      request.schema_?.rowCount = rowCount
      let (used, budget) = (request, MemoryBudget(bytes: bytes, bound: "the test has"))
      let error = await #expect(throws: RPCError.self) {
        try await TrainingRun.run(used, memory: budget) { _ in }
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
      #expect(error?.message.contains("is what the test has; raise the limit") == true)
    }
  }

  @Test("rows beyond those of the schema are bounded by the memory too")
  func boundsClaims() async throws {
    let folder = try TrainingFolder()
    let text = "a,y\n" + (0..<2000).map { "\($0),\($0)\n" }.joined()
    let path = try folder.write(text, as: "a.csv")
    var request = try folder.request(
      [path],
      TrainingSpec(algorithm: "linear-learner", label: "y")
    )
    request.schema_?.rowCount = 0
    let used = request
    let budget = MemoryBudget(bytes: 48_000, bound: "the test has")
    let error = await #expect(throws: RPCError.self) {
      try await TrainingRun.run(used, memory: budget) { _ in }
    }
    #expect(error?.message.hasPrefix("line 1002: the dataset has many more rows") == true)
  }

  @Test("the memory of this process is found, and is has a bound")
  func findsMemory() {
    let budget = MemoryBudget.ofThisProcess()
    #expect(budget.bytes > 1e6)
    #expect(budget.bytes < 1e13)
    #expect(budget.bound.hasPrefix("is left"))
  }

  @Test("a table in another writing gives the same model, which reads that writing as well")
  func readsOtherFormats() async throws {
    let spec = TrainingSpec(
      algorithm: "linear-learner",
      label: "y",
      ignoredColumns: ["id"],
      seed: 3
    )
    let rows = (0..<20).map {
      [$0 % 7 == 3 ? "-" : "\($0 * $0 % 11)", "t\($0 % 3)", "\($0)", "n\($0)"]
    }
    let usual = ([["x", "town", "y", "id"]] + rows).map {
      $0.map { $0 == "-" ? "" : $0 }.joined(separator: ",")
    }
    let other = ([["x", "town", "y", "id"]] + rows).map { $0.joined(separator: ";") }
    var artifacts: [Data] = []
    var manifests: [Manifest] = []
    for (lines, options) in [
      (usual, TableOptions()), (other, TableOptions(missing: try MissingValues(["-"]))),
    ] {
      let folder = try TrainingFolder()
      let log = ReportLog()
      let path = try folder.write(lines.joined(separator: "\n"), as: "a.csv")
      try await TrainingRun.run(try folder.request([path], spec, options)) { log.add($0) }
      artifacts.append(try folder.artifact())
      manifests.append(try #require(log.manifest))
    }
    #expect(artifacts[0] == artifacts[1])
    guard case .table(let preprocessing)? = manifests[1].preprocessing?.kind else {
      Issue.record("no preprocessing")
      return
    }
    #expect(preprocessing.ignoredColumns == ["y", "id"])
    let table = try FittedTable(preprocessing)
    let batch = try TableBatch(csv: Bytes("id;x;town\nn;-;t1\n"), for: table)
    #expect(try table.encode(batch).first == 0)
  }

  @Test("words that only held-out rows have are told, counted, and taken as no category")
  func tellsUnlearnedWords() async throws {
    let folder = try TrainingFolder()
    let rowCount = 40
    let split = RowSplit(rowCount: rowCount, fraction: 0.2, seed: 5)
    let rare = split.validation[0]
    let lines = (0..<rowCount).map { "\($0 == rare ? "rare" : "t\($0 % 2)"),\($0)" }
    let path = try folder.write("town,y\n" + lines.joined(separator: "\n"), as: "a.csv")
    let spec = TrainingSpec(algorithm: "linear-learner", label: "y", seed: 5)
    let log = ReportLog()
    try await TrainingRun.run(try folder.request([path], spec)) { log.add($0) }
    #expect(log.lines.contains { $0.contains("only held-out rows have 'rare'") })
    #expect(log.metrics("validation:unlearned_categories").map(\.value) == [1])
    guard case .table(let preprocessing)? = log.manifest?.preprocessing?.kind else {
      Issue.record("no preprocessing")
      return
    }
    let table = try FittedTable(preprocessing)
    #expect(try table.encode(try TableBatch(csv: Bytes("rare\n"), for: table)) == [0, 0])
    #expect(throws: TableProblem.self) {
      try table.encode(try TableBatch(csv: Bytes("other\n"), for: table))
    }
    var open = spec
    open.acceptUnknownCategories = true
    try await TrainingRun.run(try folder.request([path], open)) { log.add($0) }
    guard case .table(let accepting)? = log.manifest?.preprocessing?.kind else { return }
    let takesAny = try FittedTable(accepting)
    #expect(try takesAny.encode(try TableBatch(csv: Bytes("other\n"), for: takesAny)) == [0, 0])
  }

  @Test("a file that is not there ends INTERNAL")
  func missesFile() async throws {
    let folder = try TrainingFolder()
    let path = try folder.write("a,y\n1,2\n2,3\n", as: "a.csv")
    let spec = TrainingSpec(algorithm: "linear-learner", label: "y")
    var request = try folder.request([path], spec)
    request.dataPaths = [path + ".gone"]
    let used = request
    await #expect {
      try await TrainingRun.run(used) { _ in }
    } throws: { error in
      (error as? RPCError)?.code == .internal
    }
  }
}
