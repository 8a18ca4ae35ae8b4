import COpenVINO
import InferenceCore

/// Reads what a compiled model takes and gives.
struct OpenVINOPorts {
  private let library: OpenVINOLibrary
  private let compiled: OpaquePointer

  init(_ library: OpenVINOLibrary, _ compiled: OpaquePointer) {
    self.library = library
    self.compiled = compiled
  }

  func inputs(preferring names: [String]) throws(EngineError) -> [TensorForm] {
    let functions = library.functions
    return try forms(
      "input",
      preferring: names,
      count: { functions.compiled_model_inputs_size(compiled, &$0) },
      byIndex: { functions.compiled_model_input_by_index(compiled, $0, &$1) },
      byName: { functions.compiled_model_input_by_name(compiled, $0, &$1) }
    )
  }

  func outputs(preferring names: [String]) throws(EngineError) -> [TensorForm] {
    let functions = library.functions
    return try forms(
      "output",
      preferring: names,
      count: { functions.compiled_model_outputs_size(compiled, &$0) },
      byIndex: { functions.compiled_model_output_by_index(compiled, $0, &$1) },
      byName: { functions.compiled_model_output_by_name(compiled, $0, &$1) }
    )
  }

  private func forms(
    _ kind: String,
    preferring names: [String],
    count: (inout Int) -> martlet_ov_status,
    byIndex: (Int, inout OpaquePointer?) -> martlet_ov_status,
    byName: (String, inout OpaquePointer?) -> martlet_ov_status
  ) throws(EngineError) -> [TensorForm] {
    // A port may have several names, of which the library tells one: this one, by the wanted.
    var wanted: [String: String] = [:]
    for name in names {
      var port: OpaquePointer?
      guard byName(name, &port) == 0, let port else { continue }
      defer { library.functions.output_const_port_free(port) }
      if let own = self.name(port), wanted[own] == nil { wanted[own] = name }
    }
    var total = 0
    let status = count(&total)
    guard status == 0 else { throw .refusedModel(library.failure(status)) }
    var forms: [TensorForm] = []
    for index in 0..<total {
      var port: OpaquePointer?
      let status = byIndex(index, &port)
      guard status == 0, let port else { throw .refusedModel(library.failure(status)) }
      defer { library.functions.output_const_port_free(port) }
      let own = self.name(port) ?? "\(kind)_\(index)"
      forms.append(try form(kind, wanted[own] ?? own, port))
    }
    return forms
  }

  /// Nil for a port without a name, which an IR file may have.
  private func name(_ port: OpaquePointer) -> String? {
    var name: UnsafeMutablePointer<CChar>?
    guard library.functions.port_get_any_name(port, &name) == 0, let name else { return nil }
    defer { library.functions.free(name) }
    return String(cString: name)
  }

  private func form(
    _ kind: String,
    _ name: String,
    _ port: OpaquePointer
  ) throws(EngineError) -> TensorForm {
    let functions = library.functions
    var number: Int32 = 0
    let typeStatus = functions.port_get_element_type(port, &number)
    guard typeStatus == 0 else { throw .refusedModel(library.failure(typeStatus)) }
    if number == Int32(MARTLET_OV_STRING) {
      throw .refusedModel(
        "the model's \(kind) \"\(name)\" is of byte strings (BYTES), which this host does not pass "
          + "to engines; give the model numbers, and let the caller split its texts"
      )
    }
    guard let type = ElementType(openVINO: number) else {
      throw .refusedModel(
        "the model's \(kind) \"\(name)\" has elements of a type that tensors cannot carry "
          + "(OpenVINO's number \(number))"
      )
    }
    var shape = martlet_ov_partial_shape()
    let shapeStatus = functions.port_get_partial_shape(port, &shape)
    guard shapeStatus == 0 else { throw .refusedModel(library.failure(shapeStatus)) }
    defer { functions.partial_shape_free(&shape) }
    guard shape.rank.min == shape.rank.max, shape.rank.min >= 0 else {
      guard kind == "output" else {
        throw .refusedModel("the model's input \"\(name)\" does not say how many dimensions it has")
      }
      return TensorForm(name: name, type: type, shape: [-1])
    }
    let dimensions = UnsafeBufferPointer(start: shape.dims, count: Int(shape.rank.min))
    return TensorForm(
      name: name,
      type: type,
      shape: dimensions.map { $0.min == $0.max ? $0.min : -1 }
    )
  }
}
