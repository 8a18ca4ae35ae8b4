import Testing

@testable import ProtocolGenerator

@Suite("Names")
struct NameTests {
  @Test(
    "fields become lower camel case with acronyms as Swift spells them",
    arguments: [
      ("text", "text"), ("max_frame_bytes", "maxFrameBytes"), ("key_id", "keyID"),
      ("id", "id"), ("http_url_id", "httpURLID"), ("url", "url"), ("class", "`class`"),
      ("default", "`default`"), ("description", "description_"), ("camelCase", "camelCase"),
      ("Upper", "upper"), ("field_2d", "field2d"), ("schema", "schema_"),
    ]
  )
  func members(proto: String, swift: String) { #expect(SwiftName.member(proto) == swift) }

  @Test(
    "methods begin in lower case",
    arguments: [
      ("Unary", "unary"), ("ServerStream", "serverStream"), ("HTTPGet", "httpGet"), ("Get", "get"),
      ("URL", "url"), ("Default", "`default`"), ("Init", "init_"),
    ]
  )
  func methods(proto: String, swift: String) { #expect(SwiftName.method(proto) == swift) }

  @Test(
    "values of enums lose the enum's own name",
    arguments: [
      ("COLOR_DARK_BLUE", "Color", "darkBlue"), ("UNKNOWN", "ServingStatus", "unknown"),
      ("SERVING_STATUS_UNKNOWN", "ServingStatus", "unknown"),
      ("SERVICE_UNKNOWN", "ServingStatus", "serviceUnknown"), ("COLOR", "Color", "color"),
      ("KIND_3D", "Kind", "kind3d"), ("KIND_DEFAULT", "Kind", "`default`"),
    ]
  )
  func values(proto: String, type: String, swift: String) {
    #expect(SwiftName.enumCase(proto, of: type) == swift)
  }

  @Test("C names are those of protoc-c")
  func cNames() {
    #expect(CName.type("martlet.testing.v1.EchoRequest") == "Martlet__Testing__V1__EchoRequest")
    #expect(
      CName.initializer("martlet.testing.v1.EchoRequest")
        == "martlet__testing__v1__echo_request__init"
    )
    #expect(CName.field("class") == "class_")
    #expect(CName.field("camelCase") == "camelcase")
    #expect(CName.oneofCase("kind") == "kind_case")
  }
}
