import Primitives
import Testing

@Suite struct ByteOutputTests {
  @Test("Small pieces gather in one run, large ones stay where they are, and the order holds")
  func runs() {
    let output = ByteOutput(capacity: 64)
    let large = Bytes(repeatElement(3, count: ByteOutput.referenceThresholdBytes))
    output.append(Bytes([1, 2]))
    output.append(Bytes([9]))
    output.append(large)
    output.append(Bytes([4]))
    var runs: [[UInt8]] = []
    var addresses: [UnsafeRawPointer?] = []
    output.forEachRun {
      runs.append(Array($0))
      addresses.append($0.baseAddress)
    }
    #expect(runs == [[1, 2, 9], large.array, [4]])
    #expect(addresses[1] == large.withUnsafeBytes { $0.baseAddress })
    #expect(output.count == large.count + 4)
  }

  @Test("One byte below the threshold is copied")
  func threshold() {
    let output = ByteOutput()
    let piece = Bytes(repeatElement(3, count: ByteOutput.referenceThresholdBytes - 1))
    output.append(piece)
    output.forEachRun { run in
      #expect(run.baseAddress != piece.withUnsafeBytes { $0.baseAddress })
    }
  }

  @Test("A single large slice is taken without a copy")
  func takeWithoutCopy() {
    let output = ByteOutput()
    let large = Bytes(repeatElement(3, count: 5000))
    output.append(large)
    let taken = output.takeBytes()
    #expect(
      taken.withUnsafeBytes { $0.baseAddress } == large.withUnsafeBytes { $0.baseAddress }
    )
    #expect(output.isEmpty)
    #expect(output.takeBytes().isEmpty)
  }

  @Test("What was taken does not change when the buffer is used again")
  func takenIsStable() {
    let output = ByteOutput()
    output.append(Bytes([1, 2, 3]))
    let first = output.takeBytes()
    output.append(Bytes([4, 5, 6]))
    let slices = output.takeSlices()
    output.append(Bytes([7, 8, 9]))
    #expect(first == [1, 2, 3] && slices == [[4, 5, 6]])
  }

  @Test("Against a plain array, whatever the order of operations")
  func model() {
    for seed in UInt64(0)..<60 {
      var generator = SeededGenerator(seed: seed)
      let output = ByteOutput(capacity: Int.random(in: 1...300, using: &generator))
      var model: [UInt8] = []
      for step in 0..<300 {
        let byte = UInt8.random(in: 0...255, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0, 1:
          let piece = Bytes(
            repeatElement(byte, count: Int.random(in: 0..<200, using: &generator))
          )
          output.append(piece)
          model += piece.array
        case 2:
          let piece = Bytes(
            repeatElement(byte, count: Int.random(in: 4090..<4100, using: &generator))
          )
          output.append(piece)
          model += piece.array
        case 3, 4:
          let room = Int.random(in: 0..<500, using: &generator)
          let used = Int.random(in: 0...room, using: &generator)
          let target = output.reserve(room)
          for index in 0..<room {
            target.storeBytes(of: byte &+ 1, toByteOffset: index, as: UInt8.self)
          }
          output.commit(used)
          model += repeatElement(byte &+ 1, count: used)
        case 5:
          output.append(byteCount: 3) {
            $0.copyMemory(from: [byte, 1, 2] as [UInt8], byteCount: 3)
          }
          model += [byte, 1, 2]
        case 6:
          let piece = [byte, 7]
          piece.withUnsafeBytes { output.append(copying: $0) }
          model += piece
        case 7 where step % 5 == 0:
          #expect(output.takeBytes().array == model, "seed \(seed), step \(step)")
          model = []
        case 8 where step % 7 == 0:
          #expect(
            output.takeSlices().flatMap(\.array) == model,
            "seed \(seed), step \(step)"
          )
          model = []
        case 9 where step % 11 == 0:
          output.removeAll()
          model = []
        case 7, 8, 9: break
        case _: Issue.record("no such operation")
        }
        var seen: [UInt8] = []
        output.forEachRun { run in
          #expect(run.count > 0, "seed \(seed), step \(step): no empty runs")
          seen += run
        }
        #expect(seen == model, "seed \(seed), step \(step)")
        #expect(output.count == model.count && output.isEmpty == model.isEmpty, "seed \(seed)")
      }
    }
  }
}
