import ArgumentParser
import Protocols

/// `martlet models pull`.
struct ModelsPullCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Copies a model version into a folder of this machine.",
    discussion: """
      The folder holds the model's files as they are in the store, manifest.binpb, which says what
      they are, and replica.binpb, which says which version it is. Every file's digest is checked,
      and the folder appears whole or not at all.

      Examples:
        martlet models pull cars-mpg --into ./cars-mpg
        martlet models pull cars-mpg:2 --into ./cars-mpg-2
        martlet models pull cars-mpg@champion --into ./champion
      """
  )

  @Argument(help: "NAME, NAME:VERSION or NAME@ALIAS.")
  var model: String

  @Option(
    help: ArgumentHelp("A folder that is not there yet, or empty.", valueName: "folder"),
    completion: .directory
  )
  var into: String

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func run(_ console: Console) async throws {
    let reference = try ModelReference(model)
    let folder = ModelFolder(GlobalOptions.absolute(into))
    try await console.withSession { session in
      let patience = Patience()
      let store = session.modelStore
      let version = try await StoredModel.describe(reference, store, patience)
      let isThere = folder.manifest() == version.manifest
      if !isThere {
        try await StoredModel.pull(
          version,
          into: folder,
          replacing: false,
          store,
          patience,
          console
        )
      }
      let files = version.manifest?.files ?? []
      let pulled = Pulled(
        model: version.model,
        version: version.version,
        folder: folder.path,
        files: files.map { FileView($0) },
        existed: isThere
      )
      try console.present(pulled) { out in
        let size = ValueText.bytes(Int64(clamping: files.reduce(0) { $0 &+ $1.sizeBytes }))
        out.line(
          "\(version.model):\(version.version) \(isThere ? "is already" : "is now") in "
            + "\(folder.path): \(files.count) \(files.count == 1 ? "file" : "files"), \(size)"
        )
      }
    }
  }

  private struct Pulled: Encodable {
    let model: String
    let version: UInt32
    let folder: String
    let files: [FileView]
    let existed: Bool
  }
}
