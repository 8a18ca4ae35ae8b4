/// A byte-driven course of events for both machines of a connection, over real frames.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConnection(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var world = World(FuzzBytes(data, size))
  world.run()
  return 0
}
