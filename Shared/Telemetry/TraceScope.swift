import Primitives

/// Which call, and which part of it, the current task works for.
///
/// Every log line of the task and of its children then carries both ids.
public enum TraceScope {
  /// The span of a task that answers no call of the wire, as at an edge that speaks HTTP.
  @TaskLocal public static var current: TraceContext?

  /// The call that the task answers; the RPC runtime binds it around each handler. One binding for
  /// the call and its span, since a binding costs every call about 50 ns.
  @TaskLocal public static var bearer: (any TraceBearer)?

  /// The span that the task works for, a call's before an edge's; nil when there is neither.
  /// Reading costs about 10 ns.
  public static var span: TraceContext? { bearer?.trace ?? current }
}

/// Something that tasks work for and that has a span of its own.
public protocol TraceBearer: AnyObject, Sendable {
  var trace: TraceContext { get }
}
