import Glibc

/// What `martlet up` was asked to run, now and earlier, with the folders found and looked at.
struct UpSettings: Sendable, Equatable {
  static let defaultNativePort = 7443
  static let defaultHTTPSPort = 8443

  let layout: StateLayout
  /// The folder of the executables.
  let executables: String
  /// The folder of the engine's libraries; nil = inference runs without.
  let engine: String?
  /// What the next `up` begins with.
  let wishes: UpWishes
  /// What a person should know, and what stops nothing.
  let warnings: [String]

  /// 0 = any free port.
  var nativePort: Int { wishes.nativePort ?? Self.defaultNativePort }
  var httpsPort: Int { wishes.httpsPort ?? Self.defaultHTTPSPort }

  /// - Parameter said: with this command; what is nil is as it was the last time.
  /// - Throws: `CommandError` when an executable is not there, or an engine that was named now.
  init(_ layout: StateLayout, bin: String?, said: UpWishes) throws {
    self.layout = layout
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
    var said = said
    said.engine = said.engine.map(GlobalOptions.absolute)
    if let folder = said.engine, !Self.isFolder(folder) {
      throw CommandError(
        "the engine's folder \(folder) is not there",
        remedy: "fetch it: deploy/fetch-openvino \(folder)",
        exit: .notFound
      )
    }
    let earlier = try RecordFile.readIfPresent(UpWishes.self, layout.wishes) ?? UpWishes()
    wishes = said.remembering(earlier)
    var warnings: [String] = []
    var found = wishes.engine
    if let folder = found, !Self.isFolder(folder) {
      // Its disk may be there again the next time, so it stays wished for.
      warnings.append("the engine's folder of the last time, \(folder), is not there now")
      found = nil
    }
    let own = "\(layout.folder)/engine"
    engine = found ?? (Self.isFolder(own) ? own : nil)
    if engine == nil {
      warnings.append(
        "no engine, so endpoints cannot serve; fetch it (deploy/fetch-openvino FOLDER) and give "
          + "--engine FOLDER"
      )
    }
    self.warnings = warnings
  }

  private static func isFolder(_ path: String) -> Bool { access("\(path)/.", R_OK | X_OK) == 0 }

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
