/// What a key lets its holder do. Each stands for itself: who may change things does not see them
/// by that alone.
public enum KeyAction: String, Sendable, Hashable, CaseIterable {
  /// Ask endpoints for predictions.
  case invoke = "INVOKE"
  /// See models, datasets, jobs and endpoints.
  case read = "READ"
  /// Change them.
  case manage = "MANAGE"
}
