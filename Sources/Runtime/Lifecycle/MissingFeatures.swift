// What config.json may ask for and this release does not do yet.

import OCI

extension Spec {
  /// Refuses what this release would otherwise leave out in silence: a container is what its config.json says, or it is
  /// not made.
  func checkFeatures() throws(RuntimeError) {
    let asked: [(Bool, String)] = [
      (linux.intelRdt != nil, "linux.intelRdt")
    ]
    for (isAsked, field) in asked where isAsked {
      throw .unsupported("config.json: " + field + ": not supported by this release")
    }
  }
}
