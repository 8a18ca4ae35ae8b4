import Glibc

/// What `martlet up` was asked to run, with the folders found and looked at.
struct UpSettings: Sendable, Equatable {
  let layout: StateLayout
  /// The folder of the executables.
  let executables: String
  /// The folder of the engine's libraries; nil = inference runs without.
  let engine: String?
  /// 0 = any free port.
  let nativePort: Int
  let httpsPort: Int

  /// - Throws: `CommandError` when an executable is not there.
  init(
    _ layout: StateLayout,
    bin: String?,
    engine: String?,
    nativePort: Int,
    httpsPort: Int
  ) throws(CommandError) {
    self.layout = layout
    self.nativePort = nativePort
    self.httpsPort = httpsPort
    executables = GlobalOptions.absolute(bin ?? Self.ownFolder)
    for name in Set(ServiceSuite.instances.map(\.role)).sorted() {
      guard access("\(executables)/\(name)", X_OK) == 0 else {
        throw CommandError(
          "the executable `\(name)` is not in \(executables)",
          remedy: "name the folder of the executables with --bin, or build it there: "
            + "swift build -c release --product \(name)",
          exit: .notFound
        )
      }
    }
    if let engine = engine ?? GlobalOptions.environment("MARTLET_ENGINE") {
      let folder = GlobalOptions.absolute(engine)
      guard access(folder, R_OK | X_OK) == 0 else {
        throw CommandError(
          "the engine's folder \(folder) is not there",
          remedy: "fetch it: deploy/fetch-openvino \(folder)",
          exit: .notFound
        )
      }
      self.engine = folder
    } else {
      let own = "\(layout.folder)/engine"
      self.engine = access(own, R_OK | X_OK) == 0 ? own : nil
    }
  }

  /// The folder that this program lies in.
  static var ownFolder: String {
    let path = ownPath
    return String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
  }

  static var ownPath: String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &path, path.count)
    guard count > 0 else { return CommandLine.arguments[0] }
    return String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
