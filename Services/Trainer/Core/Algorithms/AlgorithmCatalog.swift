public import Tabular

/// The algorithms that this trainer has.
public enum AlgorithmCatalog {
  public static let linearLearner = Algorithm(
    name: "linear-learner",
    doc: "Regression by least squares: a number as a weighted sum of the features.",
    task: "regression",
    label: .number,
    hyperparameters: [
      Hyperparameter(
        name: "l2",
        kind: .number(0...1e12),
        defaultText: "0",
        doc: "Weight of the squared coefficients beside the squared errors (ridge); 0 = none."
      )
    ]
  )

  public static let kMeans = Algorithm(
    name: "kmeans",
    doc: "Clustering: groups rows around k centres (k-means++ and Lloyd's iterations).",
    task: "clustering",
    label: .none,
    hyperparameters: [
      Hyperparameter(
        name: "k",
        kind: .integer(1...4096),
        defaultText: "8",
        doc: "Clusters."
      ),
      Hyperparameter(
        name: "init",
        kind: .choice(["k-means++"]),
        defaultText: "k-means++",
        doc: "How the first centres are chosen."
      ),
      Hyperparameter(
        name: "n_init",
        kind: .integer(1...1000),
        defaultText: "10",
        doc: "Runs from different first centres; the best is kept."
      ),
      Hyperparameter(
        name: "max_iterations",
        kind: .integer(1...100_000),
        defaultText: "300",
        doc: "Iterations of a run at most."
      ),
      Hyperparameter(
        name: "tolerance",
        kind: .number(0...1),
        defaultText: "1e-4",
        doc: "A run ends when the centres move less: squares, in mean variances of a feature."
      ),
    ]
  )

  public static let all = [linearLearner, kMeans]

  /// Throws for a name that is not there, with the nearest that is.
  public static func algorithm(named name: String) throws(TableProblem) -> Algorithm {
    if let found = all.first(where: { $0.name == name }) { return found }
    throw TableProblem(
      name.isEmpty
        ? "no algorithm is named" : "there is no algorithm \(TableProblem.quoted(name))",
      remedy: NearestName.advice(name, among: all.map(\.name))
    )
  }
}
