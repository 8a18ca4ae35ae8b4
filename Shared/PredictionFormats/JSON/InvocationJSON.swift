public import Primitives
import Tabular

/// Reads the JSON bodies of a prediction:
///
/// - rows of a table: `{"instances": [{"age": 41, "job": "nurse"}, …]}`,
///   `{"instances": [[41, "nurse"], …]}` in the model's order, or
///   `{"columns": ["age", "job"], "rows": [[41, "nurse"], …]}`; `null` where a value is not known;
/// - tensors: `{"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 2], "data": [1, 2]}]}`,
///   data flat or nested; what the model says may be left out, but not `data`. For a model of one
///   tensor also `{"instances": [[1, 2], …]}`;
/// - beside either: `"outputs": [{"name": "y"}]`, or names alone, for those that are wanted.
///   `id` and `parameters` are taken and not used.
///
/// A body is passed over once to check its grammar and to count its values; then their memory is
/// asked for, and they go straight to where they are sent from.
public enum InvocationJSON {
  /// The value of a member: where it begins and what it holds.
  struct Member {
    var start: Int
    var census: ValueCensus
  }

  /// The members that are known.
  private struct Members {
    var instances: Member?
    var columns: Member?
    var rows: Member?
    var inputs: Member?
    var outputs: Member?
  }

  /// - Parameter memory: Asked before values are gathered.
  /// - Throws: `.malformed` for what is no JSON, `.mismatch` for what the form does not take,
  ///   `.tooLarge` for more than the limits, `.noMemory` when `memory` said no.
  public static func read(
    _ body: Bytes,
    as form: InputForm,
    limits: ReadingLimits = .oneCall,
    memory: @escaping MemoryGrant = { _ in true }
  ) throws(InvocationProblem) -> Invocation {
    try body.withUnsafeBytes { (bytes) throws(InvocationProblem) in
      let members = try members(bytes)
      let outputs = try members.outputs.map { (member) throws(InvocationProblem) in
        try readOutputs(bytes, from: member.start)
      }
      let source = JSONSource(bytes: bytes, limits: limits, memory: memory)
      return Invocation(try input(source, members, form), outputs: outputs ?? [])
    }
  }

  private static func members(_ bytes: UnsafeRawBufferPointer) throws(InvocationProblem) -> Members
  {
    var reader = JSONReader(bytes)
    var members = Members()
    guard try reader.peek() == .object else {
      throw .json("expected an object with `instances`, `rows` or `inputs`", at: 0)
    }
    try reader.object { (reader, name) throws(InvocationProblem) in
      let place: WritableKeyPath<Members, Member?>
      switch name {
      case "instances": place = \.instances
      case "columns": place = \.columns
      case "rows": place = \.rows
      case "inputs": place = \.inputs
      case "outputs": place = \.outputs
      case "id", "parameters":
        try reader.skip()
        return
      default:
        throw InvocationProblem(
          .malformed,
          "unknown_member",
          "the body has a member that is not known; known are `instances`, `columns` with `rows`, "
            + "`inputs` and `outputs`",
          field: String(name.prefix(64))
        )
      }
      guard members[keyPath: place] == nil else {
        throw InvocationProblem(.malformed, "repeated_member", "it is there twice", field: name)
      }
      let start = reader.position
      reader.census = ValueCensus()
      try reader.skip()
      members[keyPath: place] = Member(start: start, census: reader.census)
    }
    try reader.expectEnd()
    return members
  }

  private static func input(
    _ source: JSONSource,
    _ members: Members,
    _ form: InputForm
  ) throws(InvocationProblem) -> Invocation.Input {
    let given = [members.instances, members.rows ?? members.columns, members.inputs]
    guard given.count(where: { $0 != nil }) == 1 else {
      throw InvocationProblem(
        .malformed,
        "no_input",
        "the body needs exactly one of `instances`, `columns` with `rows`, and `inputs`"
      )
    }
    switch form {
    case .bytes:
      throw .mismatch(
        "wrong_form",
        "the endpoint takes bytes: send them as application/octet-stream, or with `--file`",
        field: nil
      )
    case .table(let table): return .table(try rows(source, members, table))
    case .unknown where members.inputs == nil: return .table(try rows(source, members, nil))
    case .unknown:
      return .tensors(try TensorsJSON.inputs(source, from: members.inputs?.start ?? 0, nil))
    case .tensors(let forms):
      if let member = members.inputs {
        return .tensors(try TensorsJSON.inputs(source, from: member.start, forms))
      }
      if let member = members.instances, forms.count == 1 {
        return .tensors([try TensorsJSON.instances(source, member, forms[0])])
      }
      throw .mismatch(
        "wrong_form",
        "the endpoint takes tensors: send `inputs`",
        field: members.instances == nil ? "rows" : "instances"
      )
    }
  }

  private static func rows(
    _ source: JSONSource,
    _ members: Members,
    _ table: FittedTable?
  ) throws(InvocationProblem) -> TableBatch {
    if let member = members.instances {
      return try RowsJSON.instances(source, member, table)
    }
    if let rows = members.rows, let columns = members.columns {
      return try RowsJSON.rows(source, rows, columns: columns, table)
    }
    if members.inputs != nil {
      throw .mismatch(
        "wrong_form",
        "the endpoint takes rows of a table: send `instances`, or `columns` with `rows`",
        field: "inputs"
      )
    }
    throw InvocationProblem(
      .malformed,
      "no_input",
      "`columns` and `rows` go together, and this one is missing",
      field: members.rows == nil ? "rows" : "columns"
    )
  }

  /// Names, or objects with a name.
  private static func readOutputs(
    _ bytes: UnsafeRawBufferPointer,
    from start: Int
  ) throws(InvocationProblem) -> [String] {
    var reader = JSONReader(bytes, from: start)
    var names: [String] = []
    try reader.array { (reader, index) throws(InvocationProblem) in
      guard index < 1024 else {
        throw InvocationProblem(.tooLarge, "too_many", "more than 1024 outputs", field: "outputs")
      }
      if try reader.peek() == .text {
        names.append(try reader.text())
        return
      }
      var name: String?
      try reader.object { (reader, member) throws(InvocationProblem) in
        if member == "name" { name = try reader.text() } else { try reader.skip() }
      }
      guard let name else {
        throw InvocationProblem(
          .malformed,
          "no_name",
          "it has no `name`",
          field: "outputs[\(index)]"
        )
      }
      names.append(name)
    }
    return names
  }
}

/// A body while it is read, and what bounds the reading.
struct JSONSource {
  let bytes: UnsafeRawBufferPointer
  let limits: ReadingLimits
  let memory: MemoryGrant

  func take(_ byteCount: Int) throws(InvocationProblem) {
    guard memory(byteCount) else { throw .noMemory(byteCount) }
  }
}
