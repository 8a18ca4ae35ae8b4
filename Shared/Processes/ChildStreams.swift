/// What a child process reads as its standard input.
public enum ChildInput: Sendable, Equatable {
  /// Nothing: the end of the file at once.
  case null
  /// A copy of this descriptor. The caller keeps its own and closes it.
  case descriptor(CInt)
}

/// Where a child process writes its standard output or its standard error.
public enum ChildOutput: Sendable, Equatable {
  /// To where this process writes.
  case inherit
  /// Nowhere.
  case null
  /// To a copy of this descriptor. The caller keeps its own and closes it.
  case descriptor(CInt)
  /// To a file, made with mode 600 where it is missing; emptied first unless `append`.
  case file(String, append: Bool)
}
