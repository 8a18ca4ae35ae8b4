import ArgumentParser
import Digests
import Primitives
import Protocols
import RPC
import RPCRuntime

/// `martlet import`: a model that was made elsewhere.
struct ImportCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Brings a model that was made elsewhere into the store.",
    discussion: """
      The store looks into the files to see what they are: ONNX, OpenVINO IR, TensorFlow SavedModel
      and frozen graph, TFLite, PaddlePaddle. Files beside the model that it needs belong to it;
      name them, or the folder that holds them all. Hidden files are passed over.

      Examples:
        martlet import resnet50.onnx --model resnet --license Apache-2.0
        martlet import ./saved_model --model digits --tag source=tensorflow
        martlet import models/standard_v3_3 config/content_types_kb.min.json --model magika
      """
  )

  @Argument(help: "Files, or folders.", completion: .file())
  var paths: [String]

  @Option(help: ArgumentHelp("The model that gets a new version.", valueName: "name"))
  var model: String

  @Option(help: ArgumentHelp("The model's licence, an SPDX identifier.", valueName: "spdx"))
  var license = ""

  @Option(
    name: .customLong("tag"),
    help: ArgumentHelp("For people; may be repeated.", valueName: "key=value")
  )
  var tags: [String] = []

  @Option(
    name: .customLong("alias"),
    help: ArgumentHelp("Points to the new version; may be repeated.", valueName: "name")
  )
  var aliases: [String] = []

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    if let problem = ResourceName.problem(model) {
      throw CommandError.name("the model's name '\(model)' \(problem)")
    }
    let tags = try KeyValue.dictionary(tags, option: "--tag")
    let chosen = try ImportFiles(paths)
    if chosen.skippedCount > 0 {
      console.note("passed over \(chosen.skippedCount) hidden or special files")
    }
    let answer = try await console.withSession { session in
      let patience = Patience()
      let entries = try await upload(chosen, session.modelStore, patience, console)
      let request = ImportVersionRequest(
        model: model,
        files: entries,
        aliases: aliases,
        license: license,
        tags: tags
      )
      return try await patience.repeating {
        try await session.modelStore.importVersion(request)
      }
    }
    guard let version = answer.version else {
      throw CommandError("the store answered without the version")
    }
    let imported = Imported(
      version: ModelVersionView(version),
      existed: answer.existed,
      findings: answer.findings
    )
    try console.present(imported) { out in
      for finding in answer.findings { out.line("found: \(finding)") }
      out.line(
        answer.existed
          ? "\(version.model):\(version.version) is there already, with the same files"
          : "\(version.model):\(version.version) imported"
      )
      out.line()
      ModelText.write(version, out)
    }
  }

  private func upload(
    _ chosen: ImportFiles,
    _ store: ModelStoreClient,
    _ patience: Patience,
    _ console: Console
  ) async throws -> [FileEntry] {
    let progress = ProgressLine(console, "uploading", total: Int64(clamping: chosen.totalBytes))
    defer { progress.clear() }
    let sending = BlobUpload(store: store, options: CallOptions(), patience: patience)
    var done: UInt64 = 0
    var entries: [FileEntry] = []
    for item in chosen.files {
      // One at a time, so that a large folder does not take all descriptors.
      let file = try LocalFile(item.source)
      let digest = try file.digest()
      try await sending.send(file, digest) { progress.update(Int64(clamping: done &+ $0)) }
      done &+= file.sizeBytes
      entries.append(
        FileEntry(path: item.path, sizeBytes: file.sizeBytes, sha256: Bytes(digest.bytes))
      )
    }
    return entries
  }

  /// `{"version": …, "existed": false, "findings": ["…"]}`
  private struct Imported: Encodable {
    let version: ModelVersionView
    let existed: Bool
    let findings: [String]
  }
}
