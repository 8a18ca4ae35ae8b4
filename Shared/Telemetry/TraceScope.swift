import Primitives

/// Which call, and which part of it, the current task works for.
///
/// The RPC runtime binds it around each handler; every log line of the task and of its children
/// then carries both ids.
public enum TraceScope {
  /// The span of the current task; nil outside of a call. Reading costs about 10 ns.
  @TaskLocal public static var current: TraceContext?
}
