import COpenVINO
import DurableFiles

/// OpenVINO's C library, opened from a folder.
// `@unchecked`: a table of C functions that is filled once and then constant; the library allows
// calls from any thread.
final class OpenVINOLibrary: @unchecked Sendable {
  let functions: martlet_ov_functions
  /// As the library says it: `2026.4.1-22982-…`.
  let version: String

  /// Opens `libopenvino_c.so*` in `folder`; the libraries that it needs lie beside it. Blocks for
  /// some 50 ms.
  init(folder: String) throws(EngineError) {
    guard let path = OpenVINOLibrary.path(in: folder) else {
      throw .missing(OpenVINOLibrary.absence(in: folder))
    }
    var functions = martlet_ov_functions()
    var problem = [CChar](repeating: 0, count: 1024)
    guard martlet_ov_open(path, &functions, &problem, problem.count) == 0 else {
      let text = String(
        decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
        as: UTF8.self
      )
      throw .missing(
        "the engine in \(folder) cannot be opened: \(text); remove the folder and run "
          + "deploy/fetch-openvino \(folder)"
      )
    }
    self.functions = functions
    var version = martlet_ov_version()
    if functions.get_openvino_version(&version) == 0 {
      self.version = version.build_number.map { String(cString: $0) } ?? "of unknown version"
      functions.version_free(&version)
    } else {
      self.version = "of unknown version"
    }
  }

  /// The library's file; nil when there is none.
  static func path(in folder: String) -> String? {
    let names = ((try? Folder.names(in: folder)) ?? []).filter {
      $0 == "libopenvino_c.so" || $0.hasPrefix("libopenvino_c.so.")
    }
    // Where several lie together (a link and its target), any is as good as the other.
    return names.min().map { "\(folder)/\($0)" }
  }

  static func absence(in folder: String) -> String {
    "no engine: there is no libopenvino_c.so in \(folder); run deploy/fetch-openvino \(folder)"
  }

  /// What the library says of its last failure on this thread, in one line.
  func failure(_ status: martlet_ov_status) -> String {
    var text = ""
    if let message = functions.get_last_err_msg() {
      text = String(cString: message)
      functions.free(message)
    }
    if text.isEmpty, let info = functions.get_error_info(status) { text = String(cString: info) }
    return OpenVINOLibrary.condensed(text)
  }

  /// The library's messages are many lines that begin with places in its source; what it means
  /// stands at the end.
  static func condensed(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline)
      .map { $0.drop { $0 == " " || $0 == "\t" } }
      .filter { !$0.isEmpty && !$0.hasPrefix("Exception from src/") }
    let joined = lines.joined(separator: "; ")
    return joined.utf8.count <= 600 ? joined : "…" + joined.suffix(600)
  }
}
