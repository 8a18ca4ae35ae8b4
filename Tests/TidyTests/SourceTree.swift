import Foundation

/// All text files of the repository that this file lies in, but not what builds leave behind.
enum SourceTree {
  static let root: URL = {
    var folder = URL(filePath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }  // this file, TidyTests, Tests
    return folder
  }()

  static let files: [SourceFile] = paths().compactMap { path in
    let file = root.appending(path: path)
    guard let data = try? Data(contentsOf: file), data.count < 1 << 20 else { return nil }
    return String(data: data, encoding: .utf8).map { SourceFile(path: path, text: $0) }
  }

  private static let skippedFolders: Set<String> = ["__pycache__", "node_modules"]
  private static let textEndings: Set<String> = [
    "swift", "c", "cc", "h", "py", "sh", "proto", "md", "txt", "yml", "yaml", "json", "service",
    "target", "socket", "modulemap", "ini", "conf", "",
  ]

  private static func paths() -> [String] {
    let top = ["Package.swift", "README.md", "ARCHITECTURE.md", "STYLE.md"]
    let folders = ["Shared", "Services", "Tests", "protos", "deploy", ".ci"]
    return (top + folders.flatMap(contents)).sorted()
  }

  private static func contents(of folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: folder).path
    )
    return (names ?? []).flatMap { name -> [String] in
      let path = folder + "/" + name
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(
        atPath: root.appending(path: path).path,
        isDirectory: &isFolder
      )
      if exists && isFolder.boolValue {
        let isSkipped = name.hasPrefix(".") || skippedFolders.contains(name)
        return isSkipped ? [] : contents(of: path)
      }
      return textEndings.contains((name as NSString).pathExtension) ? [path] : []
    }
  }
}
