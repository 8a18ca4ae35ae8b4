import ArgumentParser
import Primitives
import Protocols

/// `martlet train`: creates a training job and watches it to its end.
struct TrainCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a model on a dataset, and shows how it goes.",
    discussion: """
      Algorithms (`martlet algorithms NAME` shows what --set takes):
        linear-learner   regression: the label is a column of numbers
        kmeans           clusters of similar rows; no label

      Some rows are held out, and the metrics at the end are measured on them. The same data,
      settings and seed give the same model, byte for byte.

      Ctrl-C leaves the job running: `martlet jobs NAME` shows it, `martlet jobs stop NAME`
      stops it.

      Examples:
        martlet train linear-learner --dataset cars --label mpg --model cars-mpg
        martlet train kmeans --dataset cars --ignore name --model cars-groups --set k=5 --seed 7
        martlet train linear-learner --dataset cars@2 --label mpg --model cars-mpg --detach
      """
  )

  @Argument(help: "linear-learner, kmeans, or another of `martlet algorithms`.")
  var algorithm: String

  @Option(help: ArgumentHelp("NAME, or NAME@VERSION.", valueName: "dataset"))
  var dataset: String

  @Option(help: ArgumentHelp("The column to predict.", valueName: "column"))
  var label = ""

  @Option(help: ArgumentHelp("The model that gets a new version.", valueName: "name"))
  var model: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("A hyperparameter; may be repeated.", valueName: "key=value")
  )
  var settings: [String] = []

  @Option(
    name: .customLong("ignore"),
    help: ArgumentHelp("A column that is no feature; may be repeated.", valueName: "column")
  )
  var ignored: [String] = []

  @Option(
    help: ArgumentHelp(
      "Share of rows that are held out, up to 0.5. (default: the algorithm's)",
      valueName: "fraction"
    )
  )
  var validation: Double?

  @Option(help: ArgumentHelp("Of all chance in the training.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("The job's name. (default: from the model and the time)", valueName: "name")
  )
  var job: String?

  @Option(
    name: .customLong("alias"),
    help: ArgumentHelp("Points to the new version afterwards; may be repeated.", valueName: "name")
  )
  var aliases: [String] = []

  @Flag(
    help: ArgumentHelp(
      "A word in a row to predict that the training did not see counts as no category, instead of "
        + "being refused."
    )
  )
  var acceptUnknownCategories = false

  @Flag(help: "Returns as soon as the job is created.")
  var detach = false

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    let spec = try trainingSpec()
    // A name from here, so that a call that is repeated makes no second job.
    let name = job ?? TrainCommand.jobName(model, WallClock.nowUnixMicroseconds)
    if let problem = ResourceName.problem(name) {
      throw CommandError.name("the job's name '\(name)' \(problem)")
    }
    try await console.withSession { session in
      let patience = Patience()
      let answer = try await patience.repeating {
        try await session.trainer.createTrainingJob(
          CreateTrainingJobRequest(name: name, spec: spec)
        )
      }
      guard let created = answer.job else {
        throw CommandError("the trainer answered without the job")
      }
      if detach {
        return try console.present(JobView(created)) { out in
          out.line("job \(created.name) \(answer.existed ? "is there already" : "is created")")
          out.line("look: martlet jobs \(created.name)    stop: martlet jobs stop \(created.name)")
        }
      }
      if answer.existed { console.note("job \(created.name) is there already; watching it") }
      try await watch(created, session, console)
    }
  }

  private func watch(_ created: TrainingJob, _ session: Session, _ console: Console) async throws {
    if !console.isJSON { console.note("job \(created.name)") }
    let interrupted = CommandError(
      "the job \(created.name) goes on",
      remedy: "look: martlet jobs \(created.name)    stop it: martlet jobs stop \(created.name)",
      exit: .interrupted
    )
    Farewell.onInterrupt(
      console.isJSON
        ? "\(Console.json(interrupted))\n"
        : "\n\(interrupted.message); \(interrupted.remedy ?? "")\n"
    )
    defer { Farewell.cancel() }
    let display = TrainingDisplay(console)
    let job = try await JobWatch(trainer: session.trainer, name: created.name).follow {
      view,
      news in
      display.show(view, news)
    }
    display.end()
    try JobOutcome.check(job)
    let store = session.modelStore
    let patience = Patience()
    let described = try await patience.repeating {
      try await store.describeVersion(
        DescribeVersionRequest(model: job.spec?.model ?? model, version: job.modelVersion)
      )
    }
    let metrics = described.version?.manifest?.metrics ?? []
    try console.present(TrainingResult(job, described.version)) { out in
      JobOutcome.write(job, metrics, described.version?.aliases ?? [], out)
    }
  }

  private func trainingSpec() throws(CommandError) -> TrainingSpec {
    let reference = try DatasetReference(dataset)
    if let problem = ResourceName.problem(model) {
      throw .name("the model's name '\(model)' \(problem)")
    }
    for alias in aliases {
      if let problem = ResourceName.problem(alias) {
        throw .name("the alias '\(alias)' \(problem)")
      }
    }
    if let validation, !(validation > 0 && validation <= 0.5) {
      throw CommandError("--validation must be above 0 and at most 0.5", exit: .usage)
    }
    return TrainingSpec(
      algorithm: algorithm,
      dataset: reference.name,
      datasetVersion: reference.version,
      label: label,
      ignoredColumns: ignored,
      hyperparameters: try KeyValue.dictionary(settings, option: "--set"),
      validationFraction: validation ?? 0,
      seed: seed,
      model: model,
      aliases: aliases,
      acceptUnknownCategories: acceptUnknownCategories
    )
  }

  /// `cars-mpg-20260722-093000-123456`: of the model and the moment, UTC to the microsecond. A long
  /// model's name is cut, so that the whole stays a name.
  static func jobName(_ model: String, _ unixMicroseconds: Int64) -> String {
    let time = ValueText.time(unixMicroseconds: unixMicroseconds)
    let digits = time.filter(\.isNumber)
    let fraction = String(1_000_000 + unixMicroseconds % 1_000_000).dropFirst()
    var stem = Substring(model.prefix(40))
    while stem.hasSuffix("-") { stem.removeLast() }
    return "\(stem)-\(digits.prefix(8))-\(digits.dropFirst(8))-\(fraction)"
  }
}
