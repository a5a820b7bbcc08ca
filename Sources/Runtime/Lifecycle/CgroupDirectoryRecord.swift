// A directory of the container's cgroup, as it stands in state.json.

import OCI

/// A directory of the container's cgroup, as it stands in state.json.
struct CgroupDirectoryRecord: JSONObject, Equatable {
  /// Empty for the v2 tree.
  private var controllers: [String] = []
  private var mountPoint = ""
  private var path = ""

  init() {}

  init(_ directory: CgroupDirectory) {
    controllers = directory.controllers
    mountPoint = directory.mountPoint
    path = directory.path
  }

  var directory: CgroupDirectory { CgroupDirectory(controllers: controllers, mountPoint: mountPoint, path: path) }

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("controllers", &controllers)
    try json.field("mount_point", &mountPoint, .required)
    try json.field("path", &path, .required)
  }
}
