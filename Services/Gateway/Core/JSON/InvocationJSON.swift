import Primitives

/// Reads the JSON bodies of an invocation:
///
/// - rows of a table: `{"instances": [{"age": 41, "job": "nurse"}, …]}` or
///   `{"columns": ["age", "job"], "rows": [[41, "nurse"], …]}`; `null` where a value is not known;
/// - tensors: `{"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 2], "data": [1, 2]}]}`,
///   data flat or nested, and for a model of one tensor also `{"instances": [[1, 2], …]}`;
/// - beside either: `"outputs": [{"name": "y"}]`, or names alone, for those that are wanted.
///   `id` and `parameters` are taken and not used.
public enum InvocationJSON {
  /// Cells of one request's table.
  public static let maximumCellCount = 1 << 20

  /// The members that are known, by where their values begin.
  private struct Members {
    var instances: Int?
    var columns: Int?
    var rows: Int?
    var inputs: Int?
    var outputs: Int?
  }

  /// - Throws: `.malformed` for what is no JSON, `.mismatch` for what the form does not take.
  public static func read(
    _ body: Bytes,
    as form: InputForm
  ) throws(InvocationProblem) -> JSONInvocation {
    try body.withUnsafeBytes { (bytes) throws(InvocationProblem) in
      let members = try members(bytes)
      let outputs = try members.outputs.map { (start) throws(InvocationProblem) in
        try readOutputs(bytes, from: start)
      }
      return JSONInvocation(try input(bytes, members, form), outputs: outputs ?? [])
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
      let start = reader.position
      let isNew: Bool
      switch name {
      case "instances": isNew = members.instances == nil; members.instances = start
      case "columns": isNew = members.columns == nil; members.columns = start
      case "rows": isNew = members.rows == nil; members.rows = start
      case "inputs": isNew = members.inputs == nil; members.inputs = start
      case "outputs": isNew = members.outputs == nil; members.outputs = start
      case "id", "parameters": isNew = true
      default:
        throw InvocationProblem(
          .malformed,
          "unknown_member",
          "the body has a member that is not known; known are `instances`, `columns` with `rows`, "
            + "`inputs` and `outputs`",
          field: String(name.prefix(64))
        )
      }
      guard isNew else {
        throw InvocationProblem(.malformed, "repeated_member", "it is there twice", field: name)
      }
      try reader.skip()
    }
    try reader.expectEnd()
    return members
  }

  private static func input(
    _ bytes: UnsafeRawBufferPointer,
    _ members: Members,
    _ form: InputForm
  ) throws(InvocationProblem) -> JSONInvocation.Input {
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
        "the endpoint takes bytes: send them as application/octet-stream",
        field: nil
      )
    case .table:
      if let start = members.instances {
        return .records(try RecordsJSON.instances(bytes, from: start))
      }
      if let rows = members.rows, let columns = members.columns {
        return .records(try RecordsJSON.rows(bytes, from: rows, columns: columns))
      }
      if members.inputs != nil {
        throw .mismatch(
          "wrong_form",
          "the endpoint takes rows of a table: send `instances`, or `columns` with `rows`",
          field: "inputs"
        )
      }
      let missing = members.rows == nil ? "rows" : "columns"
      throw InvocationProblem(
        .malformed,
        "no_input",
        "`columns` and `rows` go together, and this one is missing",
        field: missing
      )
    case .tensors(let forms):
      if let start = members.inputs {
        return .tensors(try TensorsJSON.inputs(bytes, from: start, forms))
      }
      if let start = members.instances, forms.count == 1 {
        return .tensors([try TensorsJSON.instances(bytes, from: start, forms[0])])
      }
      throw .mismatch(
        "wrong_form",
        "the endpoint takes tensors: send `inputs`",
        field: members.instances == nil ? "rows" : "instances"
      )
    }
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
