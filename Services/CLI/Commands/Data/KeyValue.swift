/// `key=value` options of the command line.
enum KeyValue {
  /// - Throws: `CommandError` for a text without `=`, without a key, or with a key that is there
  ///   already.
  static func dictionary(
    _ texts: [String],
    option: String
  ) throws(CommandError) -> [String: String] {
    var values: [String: String] = [:]
    for text in texts {
      guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
        throw CommandError(
          "\(option) \(text): this is not KEY=VALUE",
          remedy: "write, for instance, \(option) \(text.isEmpty ? "key" : text)=1",
          exit: .usage
        )
      }
      let key = String(text[..<mark])
      guard values.updateValue(String(text[text.index(after: mark)...]), forKey: key) == nil else {
        throw CommandError("\(option): '\(key)' is given twice", exit: .usage)
      }
    }
    return values
  }
}
