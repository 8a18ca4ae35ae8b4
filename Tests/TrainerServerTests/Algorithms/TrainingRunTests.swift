import Protocols
import RPC
import Testing

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
