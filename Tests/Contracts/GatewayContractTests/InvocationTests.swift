import Foundation
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

@Suite("Predictions over HTTPS by curl", .serialized, .timeLimit(.minutes(3)))
struct InvocationTests {
  @Test("rows of a table come as objects, as lists and as CSV, and the answers are the same")
  func tables() async throws {
    try await GatewayWorld.run { world in
      let key = try await world.key("all").secret
      let bodies = [
        (
          "application/json",
          #"{"instances":[{"length":1.5,"colour":"red"},{"colour":"blue","length":null}]}"#
        ),
        (
          "application/json", #"{"rows":[["red",1.5],["blue",null]],"columns":["colour","length"]}"#
        ),
        ("text/csv", "colour,length\r\nred,1.5\r\nblue,\r\n"),
        ("text/csv; charset=utf-8", "1.5,red\n,blue\n"),
      ]
      for (type, body) in bodies {
        let answer = try await world.invoke("iris", body, key: key, type: type)
        #expect(answer.status == 200, "\(body): \(answer.text)")
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer["model_name"] == "m" && answer["model_version"] == "3")
        #expect(answer["outputs.0.name"] == "length" && answer["outputs.0.datatype"] == "FP64")
        #expect(answer.text.contains(#""shape":[2],"data":[1.5,null]"#), "\(answer.text)")
        #expect(answer.text.contains(#""data":["red","blue"]"#), "\(answer.text)")
      }
      let seen = try #require(world.balancer.predictions.seen.last)
      #expect(seen.target == "endpoints/iris")
      #expect(seen.principal?.account == "default")
    }
  }

  @Test("tensors keep every value, and answers may be CSV")
  func tensors() async throws {
    try await GatewayWorld.run { world in
      let key = try await world.key("all").secret
      let flat = try await world.invoke(
        "matrix",
        #"{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[0.1,-1e-7,16777216,3]}]}"#,
        key: key
      )
      #expect(
        flat.text.contains(#""shape":[2,2],"data":[0.1,-1e-07,16777216.0,3.0]"#),
        "\(flat.text)"
      )
      for body in [
        #"{"inputs":[{"shape":[1,2],"data":[[0.1,2]],"name":"x"}],"outputs":[{"name":"y"}]}"#,
        #"{"instances":[[0.1,2]]}"#,
      ] {
        let answer = try await world.invoke(
          "matrix",
          body,
          key: key,
          headers: ["accept: text/csv;header=present"]
        )
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/csv")
        #expect(answer.text == "y_0,y_1\r\n0.1,2.0\r\n")
      }
      let csv = try await world.invoke("matrix", "a,b\n0.1,2\n3,4\n", key: key, type: "text/csv")
      #expect(csv.text.contains(#""shape":[2,2],"data":[0.1,2.0,3.0,4.0]"#), "\(csv.text)")
      let pair = try await world.invoke(
        "pair",
        #"{"inputs":[{"name":"names","datatype":"BYTES","shape":[1],"data":["\u00e4\n"]},"#
          + #"{"name":"ids","datatype":"INT64","shape":[1],"data":[9223372036854775807]}]}"#,
        key: key
      )
      #expect(pair.text.contains("[9223372036854775807]"), "\(pair.text)")
      #expect(pair["outputs.0.data.0"] == "ä\n")
    }
  }

  @Test("bytes go on as they are")
  func bytes() async throws {
    try await GatewayWorld.run { world in
      let key = try await world.key("all").secret
      let answer = try await world.invoke(
        "files",
        "a,b",
        key: key,
        type: "application/octet-stream"
      )
      #expect(answer["outputs.0.data.0"] == "3 bytes, \"a,b\"", "\(answer.text)")
      let large = Data((0..<(3 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
      let whole = try await world.curl(
        "/endpoints/files/invocations",
        key: key,
        type: "application/octet-stream",
        body: large
      )
      #expect(whole["outputs.0.data.0"].hasPrefix("\(3 << 20) bytes"), "\(whole.text)")
    }
  }

  @Test(
    "what does not fit is refused here, with the column or tensor, and the back end hears nothing"
  )
  func mismatches() async throws {
    try await GatewayWorld.run { world in
      let key = try await world.key("all").secret
      let cases: [(endpoint: String, body: String, status: Int, field: String)] = [
        ("iris", #"{"instances":[{"length":1}]}"#, 422, "colour"),
        ("iris", #"{"instances":[{"length":1,"colour":"red","age":3}]}"#, 422, "age"),
        ("iris", #"{"instances":[{"length":"long","colour":"red"}]}"#, 422, "length"),
        ("iris", #"{"instances":[{"length":[1],"colour":"red"}]}"#, 422, "length"),
        ("iris", #"{"instances":[]}"#, 422, ""),
        ("iris", #"{"columns":["length","colour"],"rows":[[1]]}"#, 422, "rows[0]"),
        ("iris", #"{"instances":[{"length":1,"length":2,"colour":"red"}]}"#, 400, "length"),
        ("iris", #"{"inputs":[]}"#, 422, "inputs"),
        ("iris", #"{"instances":[{"length":1,"colour":"red"}]"#, 400, ""),
        ("iris", #"{"rows":[[1,"red"]]}"#, 400, "columns"),
        ("iris", #"{"instance":[]}"#, 400, "instance"),
        ("iris", "nonsense", 400, ""),
        ("matrix", #"{"inputs":[]}"#, 422, "x"),
        ("matrix", #"{"inputs":[{"name":"z","shape":[1,2],"data":[1,2]}]}"#, 422, "z"),
        ("matrix", #"{"inputs":[{"name":"x","shape":[1,3],"data":[1,2,3]}]}"#, 422, "x"),
        ("matrix", #"{"inputs":[{"name":"x","shape":[2,2],"data":[1,2,3]}]}"#, 422, "x"),
        (
          "matrix", #"{"inputs":[{"name":"x","datatype":"FP64","shape":[1,2],"data":[1,2]}]}"#, 422,
          "x"
        ),
        ("matrix", #"{"inputs":[{"name":"x","shape":[1,2],"data":[1,"a"]}]}"#, 422, "x"),
        ("matrix", #"{"instances":[[1,2],[3]]}"#, 422, "x"),
        ("matrix", #"{"instances":[[1,2]],"outputs":["z"]}"#, 422, "z"),
      ]
      for (endpoint, body, status, field) in cases {
        let answer = try await world.invoke(endpoint, body, key: key)
        #expect(answer.status == status, "\(body): \(answer.text)")
        #expect(answer["error.field"] == field, "\(body): \(answer.text)")
        #expect(!answer["error.code"].isEmpty && !answer["error.message"].isEmpty)
      }
      for (body, field) in [
        ("length,colour,age\n1,red,2\n", "age"), ("length,colour\nlong,red\n", "length"),
        ("1\n", ""),
      ] {
        let answer = try await world.invoke("iris", body, key: key, type: "text/csv")
        #expect(answer.status == 422, "\(body): \(answer.text)")
        #expect(answer["error.field"] == field, "\(body): \(answer.text)")
      }
      #expect(world.balancer.predictions.seen.isEmpty)
    }
  }

  @Test("unknown endpoints, methods, types and lengths have their status and the way out")
  func statuses() async throws {
    try await GatewayWorld.run(["--invocations-max-body", "1MiB"]) { world in
      let key = try await world.key("all").secret
      let unknown = try await world.invoke("nobody", "{}", key: key)
      #expect(unknown.status == 404 && unknown["error.code"] == "no_endpoint")
      #expect(try await world.curl("/", key: key).status == 404)
      #expect(try await world.curl("/endpoints/-/invocations", key: key).status == 404)
      let get = try await world.curl(
        "/endpoints/iris/invocations",
        key: key,
        options: ["--request", "GET"]
      )
      #expect(get.status == 405 && get.headers["allow"] == "POST")
      let type = try await world.invoke("iris", "{}", key: key, type: "text/plain")
      #expect(type.status == 415)
      #expect(type["error.message"].contains("application/json and text/csv"))
      #expect(
        try await world.invoke("iris", "x", key: key, type: "application/octet-stream").status
          == 415
      )
      #expect(try await world.invoke("files", "{}", key: key).status == 415)
      let accept = try await world.invoke("iris", "{}", key: key, headers: ["accept: image/png"])
      #expect(accept.status == 406)
      let timeout = try await world.invoke(
        "iris",
        "{}",
        key: key,
        headers: ["x-martlet-timeout-ms: soon"]
      )
      #expect(timeout.status == 400 && timeout["error.field"] == "x-martlet-timeout-ms")
      let large = Data(repeating: 0x20, count: (1 << 20) + 1)
      for options in [[], ["--header", "transfer-encoding: chunked"]] {
        let answer = try await world.curl(
          "/endpoints/iris/invocations",
          key: key,
          type: "application/json",
          body: large,
          options: options
        )
        #expect(answer.status == 413, "\(answer)")
        #expect(answer["error.message"].contains("\(1 << 20) bytes"))
      }
      for path in ["/healthz", "/readyz"] {
        let health = try await world.curl(path, key: nil)
        #expect(health.status == 200 && health.text == "{\"live\":true,\"ready\":true}\n")
      }
      let metric =
        #"martlet_gateway_requests_total{route="/endpoints/{name}/invocations",status="413"}"#
      #expect(try await world.metric(metric) == 2)
    }
  }

  @Test("what the back end says comes back with its status and the time to wait")
  func backend() async throws {
    try await GatewayWorld.run { world in
      let key = try await world.key("all").secret
      let away = try await world.invoke("away", #"{"instances":[[1,2]]}"#, key: key)
      #expect(away.status == 503 && away.headers["retry-after"] == "2")
      #expect(away["error.code"] == "unavailable")
      #expect(away["error.message"].contains("try again later (trace "))
      let late = try await world.invoke(
        "silent",
        #"{"instances":[[1,2]]}"#,
        key: key,
        headers: ["x-martlet-timeout-ms: 200"]
      )
      #expect(late.status == 504, "\(late.text)")
      #expect(try await eventually { world.balancer.predictions.cancelledCount == 1 })
      // A client that gives up takes its call with it.
      let gone = try await world.curl(
        "/endpoints/silent/invocations",
        key: key,
        type: "application/json",
        body: Data(#"{"instances":[[1,2]]}"#.utf8),
        options: ["--max-time", "0.5"]
      )
      #expect(gone.status == 0)
      #expect(try await eventually { world.balancer.predictions.cancelledCount == 2 })
      #expect(try await eventually { world.gateway.logText.contains(#""status":499"#) })
    }
  }

  @Test("a balancer that is away takes neither checks nor keys with it")
  func lastKnownGood() async throws {
    try await GatewayWorld.run { world in
      let key = try await world.key("all").secret
      await world.balancer.end()
      let bad = try await world.invoke("iris", #"{"instances":[{"length":1}]}"#, key: key)
      #expect(bad.status == 422)
      let good = try await world.invoke(
        "matrix",
        #"{"instances":[[1,2]]}"#,
        key: key,
        headers: ["x-martlet-timeout-ms: 2000"]
      )
      #expect(good.status == 503 || good.status == 504, "\(good)")
    }
  }

  @Test("the client's trace goes through, comes back, and stands in the log")
  func traces() async throws {
    try await GatewayWorld.run { world in
      let key = try await world.key("all").secret
      let trace = "0af7651916cd43dd8448eb211c80319c"
      let answer = try await world.invoke(
        "matrix",
        #"{"instances":[[1,2]]}"#,
        key: key,
        headers: ["traceparent: 00-\(trace)-b7ad6b7169203331-01"]
      )
      #expect(answer.headers["traceparent"]?.hasPrefix("00-\(trace)-") == true)
      #expect(answer.headers["traceparent"]?.contains("b7ad6b7169203331") == false)
      #expect(world.balancer.predictions.seen.last?.trace.traceID == trace)
      #expect(try await eventually { world.gateway.logText.contains("\"trace_id\":\"\(trace)\"") })
    }
  }
}
