import Primitives
import Protocols
import RPC
import RPCRuntime

/// Calls to the model `spin`, which works as long as its caller says.
enum Spinning {
  /// Some microseconds each; the most that the engine takes is hours.
  static func turns(_ count: Int64) -> PredictRequest {
    .rows(
      Tensor(
        name: "n",
        dataType: .int64,
        shape: [1],
        data: withUnsafeBytes(of: count) { Bytes(copying: $0) }
      )
    )
  }

  static let forever = turns(Int64(Int32.max))
}
