import InferenceCore
import Primitives
import Protocols
import RPC
import Testing

@testable import InferenceServer

@Suite("Letting predictions in")
struct WorkGateTests {
  private func gate(_ host: WorkGate.HostRoom, calls: Int) -> WorkGate {
    WorkGate(WorkRoom.Limits(callCount: calls, byteCount: 1000), of: host)
  }

  @Test("what one replica holds is missing to the others of its host")
  func shared() throws {
    let host = WorkGate.HostRoom(WorkRoom.Limits(callCount: 3, byteCount: 1000))
    let (one, two) = (gate(host, calls: 2), gate(host, calls: 2))
    try one.enter(byteCount: 10)
    try one.enter(byteCount: 10)
    #expect(throws: WorkGate.Full(scope: .replica, limit: .calls)) { try one.enter(byteCount: 0) }
    #expect(one.refusal == WorkGate.Full(scope: .replica, limit: .calls))
    #expect(two.refusal == nil)
    try two.enter(byteCount: 970)
    #expect(throws: WorkGate.Full(scope: .host, limit: .calls)) { try two.enter(byteCount: 0) }
    one.leave(byteCount: 10)
    #expect(throws: WorkGate.Full(scope: .host, limit: .bytes)) { try two.enter(byteCount: 21) }
    // A refusal has taken nothing.
    try two.enter(byteCount: 20)
    #expect(host.byteCount == 1000)
    for byteCount in [970, 20] { two.leave(byteCount: byteCount) }
    one.leave(byteCount: 10)
    #expect(host.byteCount == 0 && one.refusal == nil)
  }

  @Test("a refused replica gives its place on the host back")
  func refusedByReplica() throws {
    let host = WorkGate.HostRoom(WorkRoom.Limits(callCount: 2, byteCount: 1000))
    let (one, two) = (gate(host, calls: 1), gate(host, calls: 1))
    try one.enter(byteCount: 10)
    for _ in 0..<5 {
      #expect(throws: WorkGate.Full(scope: .replica, limit: .calls)) {
        try one.enter(byteCount: 10)
      }
    }
    #expect(host.byteCount == 10)
    try two.enter(byteCount: 10)
  }

  @Test("a caller is told to try elsewhere, and when")
  func words() {
    for scope in WorkGate.Scope.allCases {
      for limit in WorkRoom.Full.allCases {
        let error = WorkGate.Full(scope: scope, limit: limit).error("sums")
        #expect(error.code == .resourceExhausted && error.isNotStarted)
        #expect(error.retryAfter == WorkGate.retryAfter)
        #expect(error.message.contains("sums"))
      }
    }
  }

  @Test("a prediction weighs what it will hold before any of it is made")
  func weight() throws {
    let rows = try ServingForm(
      Signature(
        inputs: [TensorSpec(name: "x", dataType: .fp32, shape: [-1, 3])],
        outputs: [TensorSpec(name: "y", dataType: .fp32, shape: [-1, 1])]
      ),
      Manifest(
        preprocessing: Preprocessing(
          kind: .table(
            TablePreprocessing(
              tensor: "x",
              columns: [
                FittedColumn(
                  name: "c",
                  encoding: .category(FittedCategory(categories: ["a", "b", "c"], imputed: "a"))
                )
              ]
            )
          )
        )
      )
    )
    let texts = TextCells(values: [String](repeating: "a", count: 100))
    let table = Table(rowCount: 100, columns: [TableColumn(name: "c", cells: .texts(texts))])
    // 17 bytes a text, and 3 elements of 4 bytes a row, here and on their way to the worker.
    #expect(PredictionWeight.of(.table(table), rows) == 100 * 17 + 2 * 100 * 3 * 4)
    let lie = Table(rowCount: .max, columns: [])
    #expect(PredictionWeight.of(.table(lie), rows) == 2 * 64 << 20)
    let tensor = Tensor(name: "x", dataType: .fp32, shape: [1, 3], data: Bytes("twelve bytes"))
    #expect(PredictionWeight.of(.tensors(TensorInput(tensors: [tensor])), rows) == 24)
    #expect(PredictionWeight.of(nil, rows) == 0)
  }
}
