import FoundationEssentials
import Glibc

/// Where a command says things: results to standard output, everything else to standard error.
struct Console: Sendable {
  let options: GlobalOptions
  /// Results. Nothing else is written there, so that it can be piped.
  let out: Terminal
  /// Progress, notes and errors.
  let err: Terminal

  var format: OutputFormat { options.output }
  var isJSON: Bool { format == .json }
  /// The folder of state of the services on this machine.
  var state: StateLayout { options.stateFolder }

  static func ofProcess(_ options: GlobalOptions) -> Console {
    Console(
      options: options,
      out: .ofProcess(STDOUT_FILENO),
      err: .ofProcess(STDERR_FILENO)
    )
  }

  /// A command's result: the value as one JSON document, or what `human` writes.
  ///
  /// Fields are in snake_case, in alphabetical order; a shape only ever gains fields.
  func present(_ value: some Encodable, human: (Terminal) -> Void) throws {
    switch format {
    case .human: human(out)
    case .json: out.line(try Self.json(value, isPretty: true))
    }
  }

  /// One of several results that come over time: a line of JSON, or what `human` writes.
  func presentEvent(_ value: some Encodable, human: (Terminal) -> Void) throws {
    switch format {
    case .human: human(out)
    case .json: out.line(try Self.json(value, isPretty: false))
    }
  }

  /// A remark for people that is no result; silent with JSON, so that logs stay clean.
  func note(_ text: String) {
    if !isJSON { err.line(text) }
  }

  /// Something that is wrong and stops nothing.
  func warn(_ text: String) {
    if isJSON, let text = try? Self.json(["warning": ["message": text]], isPretty: false) {
      return err.line(text)
    }
    err.line("\(err.styled("warning:", .yellow)) \(text)")
  }

  func report(_ error: CommandError) {
    if isJSON { return err.line(Self.json(error)) }
    err.line("\(err.styled("error:", .red)) \(error.message)")
    if let remedy = error.remedy { err.line("       \(remedy)") }
  }

  /// An error as a line of JSON.
  static func json(_ error: CommandError) -> String {
    // Texts and a number can always be written.
    (try? json(ErrorReport(error), isPretty: false)) ?? "{}"
  }

  static func json(_ value: some Encodable, isPretty: Bool) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity",
      negativeInfinity: "-Infinity",
      nan: "NaN"
    )
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// `{"error":{"code":"NOT_FOUND","exit_code":66,"message":"…","remedy":"…"}}`
  private struct ErrorReport: Encodable {
    struct Body: Encodable {
      let code: String
      let message: String
      let remedy: String?
      let exitCode: Int32
    }
    let error: Body

    init(_ error: CommandError) {
      self.error = Body(
        code: error.code,
        message: error.message,
        remedy: error.remedy,
        exitCode: error.exit.rawValue
      )
    }
  }
}
