// Whether what lies in a store is still what it was.

internal import Foundation
internal import GRDB
internal import Linux

extension Store {
  /// One thing that is not as it was.
  public struct Damage: Equatable, Sendable {
    /// A digest, or `layer NUMBER`.
    public let subject: String
    public let problem: String
  }

  /// Hashes every blob again, and unpacks every layer whose blob is kept a second time to compare it entry by entry.
  public func verify(_ unpacking: LayerUnpacking = .thisProgram) throws(ImageError) -> [Damage] {
    let lease = try lease()
    // Held by the lease, nothing of it is collected while it is being read.
    let (blobs, layers) = try database.write("listing what to verify") { database in
      let blobs = try String.fetchAll(database, sql: "SELECT digest FROM blob ORDER BY digest")
      for text in blobs { if let digest = Digest(exactly: text) { try lease.hold(digest, database) } }
      let sql = """
        SELECT layer.id AS id, layer.diff AS diff, min(imageLayer.blob) AS blob FROM layer
        JOIN imageLayer ON imageLayer.layer = layer.id GROUP BY layer.id ORDER BY layer.id
        """
      let layers = try Row.fetchAll(database, sql: sql).map { row in
        (id: row["id"] as Int64, diff: row["diff"] as String, blob: row["blob"] as String)
      }
      for layer in layers { try lease.hold(layer: layer.id, database) }
      return (blobs, layers)
    }
    var damages: [Damage] = []
    var broken: Set<String> = []
    for text in blobs {
      guard let digest = Digest(exactly: text), let problem = try problem(of: digest) else { continue }
      damages.append(Damage(subject: text, problem: problem))
      broken.insert(text)
    }
    for layer in layers where !broken.contains(layer.blob) {
      guard let blob = Digest(exactly: layer.blob) else { continue }
      for problem in try problems(ofLayer: layer.id, layer.diff, blob, unpacking) {
        damages.append(Damage(subject: "layer \(layer.id)", problem: problem))
      }
    }
    try lease.end()
    return damages
  }

  private func problem(of digest: Digest) throws(ImageError) -> String? {
    let file: Descriptor
    do throws(ImageError) { file = try open(digest) } catch { return error.message }
    var hash = ContentHash(digest.algorithm)
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    do throws(SystemCallError) {
      while case let count = try file.read(into: &buffer), count > 0 { hash.update(buffer[..<count]) }
    } catch {
      return error.message
    }
    return hash.digest == digest ? nil : "the content has the digest \(hash.digest)"
  }

  private func problems(
    ofLayer id: Int64, _ diffID: String, _ blob: Digest, _ unpacking: LayerUnpacking
  ) throws(ImageError) -> [String] {
    let staged = try stageLayer()
    let report = try unpacking.unpack(try open(blob), into: staged)
    guard report.diffID == diffID else { return ["its archive has the digest \(report.diffID), not \(diffID)"] }
    // Directories that the archive lacks were given the looks that they have in other layers.
    var foreign: Set<EntryPath> = report.describesRoot ? [] : [.root]
    for text in report.missingParents { foreign.insert(try EntryPath(encoded: text)) }
    do throws(SystemCallError) {
      let actual = try folders.layers.open(String(id), [.readOnly, .directory])
      var comparison = TreeComparison(foreign: foreign)
      try comparison.compare(staged.root, actual)
      return comparison.differences
    } catch {
      return [error.message]
    }
  }
}
