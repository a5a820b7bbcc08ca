// The command `features`.

internal import OCI

extension Command {
  func performFeatures() throws(RuntimeError) {
    throw .unsupported("features: not there yet")
  }
}
