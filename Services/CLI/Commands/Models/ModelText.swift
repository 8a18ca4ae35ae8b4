import Protocols

/// Models in words and tables for people.
enum ModelText {
  static func list(_ models: [ModelSummary]) -> TextTable {
    var table = TextTable([
      .left("MODEL"), .right("LATEST"), .right("VERSIONS"), .left("TASK"), .left("FORMAT"),
      .left("ALIASES"), .left("UPDATED"),
    ])
    for model in models {
      table.add([
        model.model, String(model.latestVersion), String(model.versionCount), model.task,
        format(model.format), aliases(model.aliases),
        ValueText.time(unixMicroseconds: model.updatedUnixUs),
      ])
    }
    return table
  }

  static func versions(_ versions: [ModelVersion]) -> TextTable {
    var table = TextTable([
      .right("VERSION"), .left("ALIASES"), .left("APPROVAL"), .left("MADE BY"), .left("METRICS"),
      .left("CREATED"),
    ])
    for version in versions {
      let manifest = version.manifest ?? Manifest()
      let metrics = manifest.metrics.prefix(3).map { "\($0.name) \(ValueText.number($0.value))" }
      table.add([
        String(version.version), version.aliases.joined(separator: ", "),
        approval(version.approval), manifest.lineage?.algorithm ?? "imported",
        metrics.joined(separator: "  "), ValueText.time(unixMicroseconds: version.createdUnixUs),
      ])
    }
    return table
  }

  /// All that is known of one version.
  static func write(_ version: ModelVersion, _ out: Terminal) {
    let manifest = version.manifest ?? Manifest()
    out.line(out.styled("\(version.model):\(version.version)", .bold))
    let facts = [
      ("task", manifest.task),
      ("format", format(manifest.format)),
      ("framework", manifest.framework),
      ("license", manifest.license),
      ("aliases", version.aliases.joined(separator: ", ")),
      ("approval", approval(version.approval)),
      ("created", ValueText.time(unixMicroseconds: version.createdUnixUs)),
      ("manifest", HexText.of(version.manifestSha256)),
      (
        "tags",
        manifest.tags.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ")
      ),
    ]
    for line in JobText.facts(facts + lineage(manifest)) { out.line(line) }
    if let signature = manifest.signature {
      out.line()
      ModelText.signature(signature).write(to: out)
    }
    if let columns = columns(manifest) {
      out.line()
      columns.write(to: out)
    }
    if !manifest.metrics.isEmpty {
      out.line()
      JobText.metrics(manifest.metrics.map { ($0.name, $0.value) }).write(to: out)
    }
    out.line()
    files(manifest.files).write(to: out)
  }

  private static func lineage(_ manifest: Manifest) -> [(String, String)] {
    guard let lineage = manifest.lineage else { return [] }
    let settings = lineage.hyperparameters.sorted { $0.key < $1.key }
    return [
      ("job", lineage.job),
      ("algorithm", lineage.algorithm),
      ("settings", settings.map { "\($0.key)=\($0.value)" }.joined(separator: " ")),
      ("dataset", "\(lineage.dataset)@\(lineage.datasetVersion)"),
      ("code", lineage.codeVersion),
    ]
  }

  static func signature(_ signature: Signature) -> TextTable {
    var table = TextTable([.left("TENSOR"), .left(""), .left("TYPE"), .left("SHAPE")])
    for spec in signature.inputs {
      table.add(["input", spec.name, spec.dataType.name, shape(spec)])
    }
    for spec in signature.outputs {
      table.add(["output", spec.name, spec.dataType.name, shape(spec)])
    }
    return table
  }

  /// `[-1, 3]`: -1 is chosen by the call.
  static func shape(_ spec: TensorSpec) -> String {
    "[\(spec.shape.map { String($0) }.joined(separator: ", "))]"
  }

  /// What a call brings instead of tensors; nil when it brings the tensors.
  private static func columns(_ manifest: Manifest) -> TextTable? {
    switch manifest.preprocessing?.kind {
    case .table(let table)?:
      var text = TextTable([.left("COLUMN"), .left("TYPE"), .left("WHEN MISSING"), .left("WORDS")])
      for column in table.columns {
        switch column.encoding {
        case .number(let number)?:
          text.add([column.name, "number", ValueText.number(number.imputed), ""])
        case .category(let category)?:
          let words = category.categories.prefix(6).joined(separator: ", ")
          let more = category.categories.count > 6 ? ", … (\(category.categories.count))" : ""
          text.add([column.name, "category", category.imputed, words + more])
        case nil: text.add([column.name, "unknown"])
        }
      }
      return text
    case .byteWindow(let window)?:
      var text = TextTable([.left("INPUT"), .left("SEEN BY THE MODEL")])
      text.add([
        "files",
        "the first \(window.beginningCount) and the last \(window.endCount) bytes of each",
      ])
      return text
    case nil: return nil
    }
  }

  private static func files(_ files: [FileEntry]) -> TextTable {
    var table = TextTable([.left("FILE"), .right("SIZE"), .left("SHA-256")])
    for file in files {
      table.add([
        file.path, ValueText.bytes(Int64(clamping: file.sizeBytes)), HexText.of(file.sha256),
      ])
    }
    return table
  }

  static func aliases(_ aliases: [Alias]) -> String {
    aliases.map { "\($0.name)→\($0.version)" }.joined(separator: ", ")
  }

  static func format(_ format: ModelFormat) -> String {
    switch format {
    case .onnx: "ONNX"
    case .openvinoIr: "OpenVINO IR"
    case .tensorflowSavedModel: "TensorFlow SavedModel"
    case .tensorflowFrozenGraph: "TensorFlow frozen graph"
    case .tflite: "TFLite"
    case .paddle: "PaddlePaddle"
    case .unspecified: "unknown"
    case .unrecognized(let number): "unknown (\(number))"
    }
  }

  static func approval(_ approval: Approval) -> String {
    switch approval {
    case .pendingManualApproval: "PendingManualApproval"
    case .approved: "Approved"
    case .rejected: "Rejected"
    case .unspecified: ""
    case .unrecognized(let number): "Unknown (\(number))"
    }
  }
}
