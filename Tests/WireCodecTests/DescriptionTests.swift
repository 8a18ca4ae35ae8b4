import Primitives
import TestProtocols
import Testing
import WireCodec

@Suite("Messages as text")
struct DescriptionTests {
  @Test("names the fields that are set, and no others")
  func fields() {
    #expect(EchoRequest().description == "EchoRequest()")
    #expect(
      EchoRequest(text: "hi", values: [1, 2], payload: [1, 255], failure: .init(code: 5))
        .description
        == "EchoRequest(text: \"hi\", values: [1.0, 2.0], payload: 2 bytes 01ff, "
        + "failure: EchoFailure(code: 5))"
    )
    #expect(
      Shapes(inner: .init(kind: .small), choice: .flag(false), class: "c").description
        == "Shapes(inner: Inner(kind: small), flag: false, class: \"c\")"
    )
  }

  @Test("shortens long texts, lists and bytes")
  func long() {
    let message = EchoRequest(
      text: String(repeating: "x", count: 10_000),
      values: [Float](repeating: 1, count: 1_000),
      payload: Bytes([UInt8](repeating: 1, count: 100_000))
    )
    #expect(message.description.utf8.count < 400)
    #expect(message.description.contains("… 992 more"))
  }

  @Test("enums print their value's name, and keep numbers they do not know")
  func enums() {
    #expect("\(Color.darkBlue)" == "darkBlue")
    #expect(Color(rawValue: 17) == .unrecognized(17))
    #expect(Color(rawValue: -3) == .negative)
    #expect(Color().rawValue == 0)
  }
}
