import Foundation
import Primitives

/// Small files of many formats. The ONNX models were made with onnx 1.19 and load in ONNX Runtime.
enum ImportSamples {
  /// y = 2 a - b + 0.5 for rows [a, b]: FP32 [rows, 2] to FP32 [rows, 1].
  static let affine = base64(
    """
    CAgSDW1hcnRsZXQtdGVzdHM6cgoSCgF4CgF3CgFiEgF5IgRHZW1tEgZhZmZpbmUqEwgCCAEQASIIAAAAQAAAgL9CAXcq
    DQgBEAEiBAAAAD9CAWJaFwoBeBISChAIARIMCgYSBHJvd3MKAggCYhcKAXkSEgoQCAESDAoGEgRyb3dzCgIIAUIECgAQ
    DQ==
    """
  )
  /// INT32 [n, 16] to FP32 [n, 3], as magika's model in small.
  static let small = base64(
    """
    CAgSB3RmMm9ubngaBjEuMTYuMTrqAgobCgVieXRlcxIBZiIEQ2FzdCoJCgJ0bxgBoAECChEKAWYKAXcSAWwiBk1hdE11
    bAonCgFsEgx0YXJnZXRfbGFiZWwiB1NvZnRtYXgqCwoEYXhpcxgBoAECEgVzbWFsbCrMAQgQCAMQASLAAQrXo7wAAAAA
    CtejPArXI7wK1yM8CtejvAAAAAAK16M8CtcjvArXIzwK16O8AAAAAArXozwK1yO8CtcjPArXo7wAAAAACtejPArXI7wK
    1yM8CtejvAAAAAAK16M8CtcjvArXIzwK16O8AAAAAArXozwK1yO8CtcjPArXo7wAAAAACtejPArXI7wK1yM8CtejvAAA
    AAAK16M8CtcjvArXIzwK16O8AAAAAArXozwK1yO8CtcjPArXo7wAAAAACtejPEIBd1oYCgVieXRlcxIPCg0IBhIJCgMS
    AW4KAggQYh8KDHRhcmdldF9sYWJlbBIPCg0IARIJCgMSAW4KAggDQgQKABAN
    """
  )
  /// Keeps its weights in `weights.bin`.
  static let external = base64(
    """
    CAg6bgoRCgF4CgF3EgF5IgZNYXRNdWwSAWUqJAgCCAEQAUIBd2oXCghsb2NhdGlvbhILd2VpZ2h0cy5iaW5wAVoXCgF4
    EhIKEAgBEgwKBhIEcm93cwoCCAJiFwoBeRISChAIARIMCgYSBHJvd3MKAggBQgQKABAN
    """
  )
  /// Keeps its weights in `../../secret`.
  static let hostile = base64(
    """
    CAg6bwoRCgF4CgF3EgF5IgZNYXRNdWwSAWUqJQgCCAEQAUIBd2oYCghsb2NhdGlvbhIMLi4vLi4vc2VjcmV0cAFaFwoB
    eBISChAIARIMCgYSBHJvd3MKAggCYhcKAXkSEgoQCAESDAoGEgRyb3dzCgIIAUIECgAQDQ==
    """
  )

  static let configuration = Bytes(
    """
    {"beg_size":8,"mid_size":0,"end_size":8,"use_inputs_at_offsets":false,\
    "medium_confidence_threshold":0.5,"min_file_size_for_dl":4,"padding_token":256,\
    "block_size":32,"target_labels_space":["python","randomtxt","zip"],\
    "thresholds":{"python":0.9},"overwrite_map":{"randomtxt":"txt"},"protection":"none"}
    """
  )
  static let contentTypes = Bytes(
    """
    {"python":{"mime_type":null,"is_text":true},"txt":{"is_text":true},"zip":{"is_text":false}}
    """
  )

  /// A frozen graph of TensorFlow with one operation.
  static let frozenGraph = message(1, message(1, Bytes("x")) + message(2, Bytes("Placeholder")))
  /// A SavedModel's file with one empty graph in it.
  static let savedModel = Bytes([0x08, 0x01]) + message(2, message(2, Bytes()))
  /// A program of PaddlePaddle with one block and one operation.
  static let paddle = message(1, Bytes([0x08, 0x00, 0x10, 0x00]) + message(4, Bytes()))
  static let topology = Bytes(
    """
    <?xml version="1.0"?>
    <net name="small" version="11">
      <layers></layers>
    </net>
    """
  )

  /// `affine` as OpenVINO 2026.4 saves it, without the layers between.
  static let affineTopology = Bytes(
    """
    <?xml version="1.0"?>
    <net name="onnx_Frontend_IR" version="11">
    \t<layers>
    \t\t<layer id="0" name="x" type="Parameter" version="opset1">
    \t\t\t<data shape="?,2" element_type="f32" />
    \t\t\t<output>
    \t\t\t\t<port id="0" precision="FP32" names="x">
    \t\t\t\t\t<dim>-1</dim>
    \t\t\t\t\t<dim>2</dim>
    \t\t\t\t</port>
    \t\t\t</output>
    \t\t</layer>
    \t\t<layer id="6" name="b" type="Const" version="opset1">
    \t\t\t<data element_type="f32" shape="" offset="8" size="4" />
    \t\t\t<output>
    \t\t\t\t<port id="0" precision="FP32" />
    \t\t\t</output>
    \t\t</layer>
    \t\t<layer id="8" name="y &amp; more" type="Add" version="opset1">
    \t\t\t<input>
    \t\t\t\t<port id="0" precision="FP32">
    \t\t\t\t\t<dim>-1</dim>
    \t\t\t\t\t<dim>2</dim>
    \t\t\t\t</port>
    \t\t\t</input>
    \t\t\t<output>
    \t\t\t\t<port id="2" precision="FP32" names="y,Add_8:0">
    \t\t\t\t\t<dim>-1</dim>
    \t\t\t\t\t<dim>1</dim>
    \t\t\t\t</port>
    \t\t\t</output>
    \t\t</layer>
    \t\t<layer id="9" name="y/sink_port_0" type="Result" version="opset1" output_names="y">
    \t\t\t<input>
    \t\t\t\t<port id="0" precision="FP32">
    \t\t\t\t\t<dim>-1</dim>
    \t\t\t\t\t<dim>1</dim>
    \t\t\t\t</port>
    \t\t\t</input>
    \t\t</layer>
    \t</layers>
    \t<edges>
    \t\t<edge from-layer="0" from-port="0" to-layer="8" to-port="0" />
    \t\t<edge from-layer="8" from-port="2" to-layer="9" to-port="0" />
    \t</edges>
    </net>
    """
  )

  /// A field of bytes.
  private static func message(_ number: UInt8, _ content: Bytes) -> Bytes {
    Bytes([number << 3 | 2, UInt8(content.count)]) + content
  }

  private static func base64(_ text: String) -> Bytes {
    Bytes(Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
  }
}

extension Bytes {
  static func + (left: Bytes, right: Bytes) -> Bytes { Bytes(left.array + right.array) }
}
