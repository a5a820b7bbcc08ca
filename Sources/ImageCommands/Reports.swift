// What commands print as JSON.

internal import Images
internal import OCI

/// What `gc` removed.
struct CollectionReport: JSONObject {
  var images = 0
  var layers = 0
  var blobs = 0

  init() {}

  init(_ collected: Store.Collected) {
    (images, layers, blobs) = (collected.images, collected.layers, collected.blobs)
  }

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("images", &images, .always)
    try json.field("layers", &layers, .always)
    try json.field("blobs", &blobs, .always)
  }
}

/// What `rmi` removed.
struct RemovalReport: JSONObject {
  var names: [String] = []
  var images: [String] = []

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("names", &names, .always)
    try json.field("images", &images, .always)
  }
}

/// One finding of `verify`.
struct DamageReport: JSONObject {
  var subject = ""
  var problem = ""

  init() {}

  init(_ damage: Store.Damage) { (subject, problem) = (damage.subject, damage.problem) }

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("subject", &subject, .always)
    try json.field("problem", &problem, .always)
  }
}

/// What `df` found.
struct UsageReport: JSONObject {
  var imageBytes: Int64 = 0
  var imageInodes: Int64 = 0
  var mountedBytes: Int64 = 0
  var mountedInodes: Int64 = 0

  init() {}

  init(_ usage: StoreUsage) {
    (imageBytes, imageInodes) = (usage.images.bytes, usage.images.inodes)
    (mountedBytes, mountedInodes) = (usage.snapshots.bytes, usage.snapshots.inodes)
  }

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("imageBytes", &imageBytes, .always)
    try json.field("imageInodes", &imageInodes, .always)
    try json.field("mountedBytes", &mountedBytes, .always)
    try json.field("mountedInodes", &mountedInodes, .always)
  }
}

/// A mounted image, as `mount` lists them.
struct MountReport: JSONObject {
  var name = ""
  var target = ""
  var image = ""
  var state = ""

  init() {}

  init(_ record: SnapshotRecord) {
    (name, target, image, state) = (record.name, record.target, record.image, record.state.rawValue)
  }

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("name", &name, .always)
    try json.field("target", &target, .always)
    try json.field("image", &image, .always)
    try json.field("state", &state, .always)
  }
}

/// An image that `load` brought in.
struct LoadReport: JSONObject {
  var id = ""
  var names: [String] = []

  init() {}

  init(_ loaded: Load.Loaded) { (id, names) = (loaded.image.id.description, loaded.names) }

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("id", &id, .always)
    try json.field("names", &names, .always)
  }
}
