import Tabular
import Testing
import TrainerCore

func problem(of body: () throws(TableProblem) -> Void) -> TableProblem? {
  do throws(TableProblem) {
    try body()
    return nil
  } catch {
    return error
  }
}

@Suite("Algorithms and their hyperparameters")
struct AlgorithmCatalogTests {
  @Test("given hyperparameters are kept and the others get their defaults")
  func completes() throws {
    let values = try AlgorithmCatalog.kMeans.complete(["k": "3", "tolerance": "0"])
    #expect(
      values.texts == [
        "k": "3", "init": "k-means++", "n_init": "10", "max_iterations": "300", "tolerance": "0",
      ]
    )
    #expect(values.integer("k") == 3)
    #expect(values.number("tolerance") == 0)
    #expect(try AlgorithmCatalog.linearLearner.complete([:]).texts == ["l2": "0"])
  }

  @Test("every default is one that may be given")
  func defaultsAreSound() throws {
    for algorithm in AlgorithmCatalog.all {
      let texts = try algorithm.complete([:]).texts
      #expect(try algorithm.complete(texts).texts == texts)
    }
  }

  @Test("a name that is not there is answered with the nearest that is")
  func namesNearest() {
    let algorithm = problem { () throws(TableProblem) in
      _ = try AlgorithmCatalog.algorithm(named: "kmean")
    }
    #expect(algorithm?.description.contains("did you mean 'kmeans'?") == true)
    let parameter = problem { () throws(TableProblem) in
      _ = try AlgorithmCatalog.kMeans.complete(["max_iteration": "5"])
    }
    #expect(parameter?.description.contains("did you mean 'max_iterations'?") == true)
    let far = problem { () throws(TableProblem) in
      _ = try AlgorithmCatalog.kMeans.complete(["zzzzzzz": "5"])
    }
    #expect(far?.description.contains("did you mean") == false)
    let none = problem { () throws(TableProblem) in
      _ = try AlgorithmCatalog.algorithm(named: "")
    }
    #expect(none?.what == "no algorithm is named")
  }

  @Test(
    "a value that is out of range or no number is refused with what may be given",
    arguments: [
      ("k", "0"), ("k", "4097"), ("k", "2.5"), ("k", "many"), ("k", ""), ("init", "random"),
      ("tolerance", "-1"), ("tolerance", "nan"), ("max_iterations", "99999999999999999999"),
    ]
  )
  func refusesValues(name: String, text: String) {
    let found = problem { () throws(TableProblem) in
      _ = try AlgorithmCatalog.kMeans.complete([name: text])
    }
    #expect(found?.description.contains("hyperparameter \(name) is '\(text)'; give") == true)
  }

  @Test("a validation fraction is a share up to a half, and 0 stands for the default")
  func checksFraction() throws {
    let algorithm = AlgorithmCatalog.kMeans
    #expect(try algorithm.validationFraction(0) == Algorithm.defaultValidationFraction)
    #expect(try algorithm.validationFraction(0.5) == 0.5)
    for bad in [-0.1, 0.51, .nan, .infinity] {
      let found = problem { () throws(TableProblem) in _ = try algorithm.validationFraction(bad) }
      #expect(found != nil, "\(bad)")
    }
  }
}
