import Primitives
import Transport

/// A task that waits for a moment of its loop's clock. Belongs to the loop; used once.
final class LoopPause: TimerTarget {
  private let context: LoopContext
  private var timer: LoopContext.Timer?
  private var sleeper: UnsafeContinuation<Bool, Never>?
  private var isCancelled = false

  init(_ context: LoopContext) { self.context = context }

  /// True at or after `instant`, false at once when the task is cancelled. On the loop.
  func wait(until instant: Instant) async -> Bool {
    let confined = LoopConfined(self, loop: context.loop)
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        if isCancelled { return continuation.resume(returning: false) }
        sleeper = continuation
        timer = context.schedule(at: instant, self)
      }
    } onCancel: {
      confined.run { $0.cancelled() }
    }
  }

  func timerFired() {
    timer = nil
    wake(true)
  }

  private func cancelled() {
    isCancelled = true
    if let timer { context.cancel(timer) }
    timer = nil
    wake(false)
  }

  private func wake(_ isTime: Bool) {
    guard let sleeper else { return }
    self.sleeper = nil
    sleeper.resume(returning: isTime)
  }
}
