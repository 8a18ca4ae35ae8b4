import Primitives
import RPC

/// How one call is made. What is not set comes from the call that the current task answers, then
/// from the method.
public struct CallOptions: Sendable {
  /// At most so long; never longer than the deadline of the call being answered.
  public var timeout: Duration?
  public var metadata = Metadata()
  /// `endpoints/NAME[/VARIANT]`: whom the call is for, where a forwarder stands between.
  public var target = ""
  /// On whose behalf, where this side may say so.
  public var principal: Principal?
  /// Waits for a connection until the deadline instead of failing while the server is away.
  public var waitsForReady = false
  /// False: one try, whatever happens.
  public var mayRetry = true
  /// What the answer may measure, in bytes; nil = the method's limit.
  public var maximumAnswerBytes: Int?

  public init(timeout: Duration? = nil, metadata: Metadata = Metadata(), target: String = "") {
    self.timeout = timeout
    self.metadata = metadata
    self.target = target
  }
}
