import Testing

@testable import GatewayCore

@Suite("Paths and media types of the public port")
struct PublicRouteTests {
  @Test("media types by their essence, and what a client accepts")
  func mediaTypes() {
    #expect(MediaType.ofBody("application/json") == .json)
    #expect(MediaType.ofBody("Application/JSON; charset=utf-8") == .json)
    #expect(MediaType.ofBody("text/csv;header=present") == .csv)
    for wrong in [nil, "", "text/plain", "application/jsonx"] {
      #expect(MediaType.ofBody(wrong) == nil)
    }
    let cases: [(String?, MediaType?, Bool)] = [
      (nil, .json, false), ("*/*", .json, false), ("application/json, text/csv", .json, false),
      ("text/csv, application/json", .csv, false), ("text/csv", .csv, false),
      ("text/csv; header=present", .csv, true), ("text/*", .csv, false), ("image/png", nil, false),
      ("application/*", .json, false), ("", .json, false),
    ]
    for (accept, type, header) in cases {
      let answer = MediaType.ofAnswer(accept)
      #expect(answer?.type == type && answer?.header ?? false == header, "\(accept ?? "nil")")
    }
  }

  @Test("the public port's paths")
  func routes() {
    #expect(PublicRoute(path: "/healthz") == .health)
    #expect(PublicRoute(path: "/readyz") == .readiness)
    #expect(PublicRoute(path: "/endpoints/a-1/invocations") == .invocation(endpoint: "a-1"))
    for wrong in [
      "", "/", "/healthz/", "/endpoints/invocations", "/endpoints//invocations",
      "/endpoints/a/invocations/", "/endpoints/a%2Fb/invocations", "/endpoints/../invocations",
      "//endpoints/a/invocations", "/x/endpoints/a/invocations", "/endpoints/a/invocationsx",
    ] { #expect(PublicRoute(path: wrong) == .unknown, "\(wrong)") }
  }
}
