import Transport

/// A reference that any thread may hold and only its loop's thread may open.
///
/// The one place where the runtime tells the compiler what it cannot see: an object that belongs to
/// a loop is touched by the loop's thread alone, which `on` and `onLoop` check.
// `@unchecked`: the checks below make the confinement a fact.
struct LoopConfined<Object: AnyObject>: @unchecked Sendable {
  private let object: Object
  let loop: any TransportLoop

  init(_ object: Object, loop: any TransportLoop) {
    self.object = object
    self.loop = loop
  }

  /// The object, on its loop.
  var onLoop: Object {
    precondition(loop.isCurrent, "an object of a loop was touched from another thread")
    return object
  }

  /// Runs `body` on the loop: now when this is its thread, else soon.
  func run(_ body: @escaping @Sendable (Object) -> Void) {
    if loop.isCurrent {
      body(object)
    } else {
      loop.execute { body(self.onLoop) }
    }
  }
}
