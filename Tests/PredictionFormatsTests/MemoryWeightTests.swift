import Primitives
import Tabular
import Testing

@testable import PredictionFormats

@Suite("The memory of a body's values")
struct MemoryWeightTests {
  private static func tensor(_ type: ElementType) -> InputForm {
    .tensors([TensorForm(name: "x", type: type, shape: [-1])])
  }

  /// What was asked for, and whether all of it was read.
  private func asked(_ text: String, _ form: InputForm, isCSV: Bool = false) throws -> Int {
    var asked = 0
    let memory: MemoryGrant = { byteCount in
      asked += byteCount
      return true
    }
    if isCSV {
      _ = try InvocationCSV.read(Bytes(text), as: form, memory: memory)
    } else {
      _ = try InvocationJSON.read(Bytes(text), as: form, memory: memory)
    }
    return asked
  }

  private func list(_ element: String, _ count: Int) -> String {
    "{\"instances\":[" + (0..<count).map { _ in element }.joined(separator: ",") + "]}"
  }

  @Test("elements of a tensor cost their width, and nothing for the way they are written")
  func tensors() throws {
    for type in ElementType.allCases where type != .bytes && type != .bool {
      #expect(try asked(list("0", 1000), Self.tensor(type)) == 1000 * type.width)
      #expect(try asked(list("0", 1000) + "   ", Self.tensor(type)) == 1000 * type.width)
    }
    let matrix = InputForm.tensors([TensorForm(name: "x", type: .fp32, shape: [-1, 1])])
    #expect(try asked(list("[0]", 1000), matrix) == 4000)
    #expect(try asked(String(repeating: "0\n", count: 1000), matrix, isCSV: true) == 4004)
  }

  @Test("a cell of a word weighs more than one of a number, and a long word more than a short one")
  func tables() throws {
    let numbers = InvocationJSONTests.table([("a", false)])
    let words = InvocationJSONTests.table([("a", true)])
    let number = try asked(list("[0]", 1000), numbers)
    #expect(number >= 8 * 1000 && number < 10 * 1000)
    let short = try asked(list("[\"w\"]", 1000), words)
    #expect(short > number * 4)
    let long = try asked(list("[\"\(String(repeating: "w", count: 100))\"]", 1000), words)
    #expect(long >= short + 300 * 1000)
    // As a word 1e300 has 301 digits, or is written as short as it came: never more than 24.
    #expect(try asked(list("[1e300]", 1000), words) > short + 24 * 1000)
  }

  @Test("when there is no memory nothing is gathered")
  func refused() {
    let bodies: [(String, InputForm, Bool)] = [
      (list("0", 10), Self.tensor(.fp32), false),
      (list("\"w\"", 10), Self.tensor(.bytes), false),
      (list("[0]", 10), InvocationJSONTests.table([("a", false)]), false),
      ("1\n2\n", InvocationJSONTests.table([("a", true)]), true),
    ]
    for (text, form, isCSV) in bodies {
      do throws(InvocationProblem) {
        _ =
          isCSV
          ? try InvocationCSV.read(Bytes(text), as: form) { _ in false }
          : try InvocationJSON.read(Bytes(text), as: form) { _ in false }
        Issue.record("\(text) is read")
      } catch {
        #expect(error.kind == .noMemory)
      }
    }
  }

  @Test("texts of BYTES that are written with escapes have room")
  func escapes() throws {
    let text = #"{"instances":["\u0041\n","é","😀","\ud83d\ude00",""]}"#
    guard
      case .tensors(let tensors) = try InvocationJSON.read(
        Bytes(text),
        as: Self.tensor(.bytes)
      ).input
    else { return }
    #expect(tensors.first?.elements == ["A\n", "é", "😀", "😀", ""].map { Bytes($0) })
  }

  @Test("an answer is never longer than it was said to be")
  func answers() throws {
    func tensor(_ type: ElementType, _ bytes: [UInt8]) -> TensorValues {
      TensorValues(
        name: "\u{1}\"y",
        type: type,
        shape: [Int64(bytes.count / max(1, type.width))],
        data: Bytes(bytes)
      )
    }
    var outputs: [TensorValues] = []
    for type in ElementType.allCases where type != .bytes {
      // The longest of each: all bits set, the least numbers, and the smallest fractions.
      for byte in [UInt8(0xFF), 0x80, 0x81, 0x01, 0x55, 0xAA] {
        outputs.append(tensor(type, [UInt8](repeating: byte, count: 8 * type.width)))
      }
    }
    for value in [-2.2250738585072014e-308, -1.7976931348623157e308, -Double.leastNonzeroMagnitude]
    {
      outputs.append(
        tensor(.fp64, withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) })
      )
    }
    outputs.append(
      TensorValues(
        name: "t",
        type: .bytes,
        shape: [2],
        elements: [Bytes([UInt8](repeating: 1, count: 50)), Bytes()]
      )
    )
    for output in outputs {
      let answer = InvocationAnswer(model: "m", modelVersion: .max, outputs: [output])
      #expect(try answer.json().count <= answer.maximumTextBytes)
      #expect(try answer.csv(withHeader: true).count <= answer.maximumTextBytes)
    }
  }
}
