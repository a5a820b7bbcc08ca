// A store: what comes in, what is kept, what goes.

import Foundation
import GRDB
import Linux
import OCI
import Testing

@testable import Images

@Suite("Store", .enabled(if: Scratch.canUnpack, "devices and owners need root"))
struct StoreTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func open() throws -> Store { try Store(path: scratch.path + "/store") }

  /// Pulls an image from a folder of its own.
  @discardableResult
  private func pull(
    _ image: TestImage, into store: Store, as name: String = "r.io/test:1"
  ) async throws -> ImageRecord {
    let folder = scratch.path + "/" + UUID().uuidString
    try image.write(to: folder)
    var pull = Pull(from: try LayoutSource(path: folder), into: store)
    pull.unpacking = .here
    return try await pull.run(nil, named: try Reference(name))
  }

  private func names(_ folder: String) throws -> [String] {
    try scratch.directory("store/" + folder).byteEntries().map(\.name.text).sorted()
  }

  @Test("an image comes in with its documents, layers and names", arguments: [nil, "gzip", "zstd"])
  func pulled(program: String?) async throws {
    let store = try open()
    var image = TestImage.sample
    image.program = program
    let record = try await pull(image, into: store)
    #expect(record.id == ContentHash.digest(image.configuration))
    #expect(record.layers.map(\.diffID) == image.diffIDs)
    #expect(record.names.count == 2)
    #expect(try store.image("r.io/test:1") == record)
    #expect(try store.image(record.id.hex) == record)
    #expect(try store.image(record.id.short) == record)
    #expect(try store.images() == [record])
    #expect(try store.verify(.here) == [])
    #expect(try names("staging").isEmpty)
    #expect(try names("blobs/sha256").count == 5)
  }

  @Test("a directory that a layer lacks looks as in the layers below")
  func completed() async throws {
    let record = try await pull(.sample, into: try open())
    let tree = try scratch.tree("store/l/\(record.layers[1].id)")
    #expect(tree["etc"]?.mode == 0o750)
    #expect(tree["etc"]?.time == 77_000_000_000)
  }

  @Test("a layer is kept once for all images, unless it needs those below it")
  func shared() async throws {
    let store = try open()
    let base = TarBuilder.archive { $0.directory("a", mode: 0o700) }
    let other = TarBuilder.archive { $0.directory("a", mode: 0o711) }
    let whole = TarBuilder.archive { tar in
      tar.directory("b")
      tar.file("b/c")
    }
    let lacking = TarBuilder.archive { $0.file("a/b") }
    let one = try await pull(TestImage([base, whole, lacking]), into: store, as: "r.io/one")
    let two = try await pull(TestImage([other, whole, lacking]), into: store, as: "r.io/two")
    #expect(one.layers[1] == two.layers[1])
    #expect(one.layers[2].id != two.layers[2].id)
    #expect(try scratch.tree("store/l/\(two.layers[2].id)")["a"]?.mode == 0o711)
    #expect(try store.verify(.here) == [])
  }

  @Test("the root looks as in the layers below where those have an unusual one")
  func unusualRoot() async throws {
    let base = TarBuilder.archive { $0.directory(".", mode: 0o711) }
    let record = try await pull(TestImage([base, TarBuilder.archive { $0.file("f") }]), into: try open())
    #expect(try scratch.tree("store/l/\(record.layers[1].id)")["."]?.mode == 0o711)
  }

  @Test("what has a wrong digest or size leaves nothing behind")
  func wrongDigest() async throws {
    let store = try open()
    for change in 0..<3 {
      let folder = scratch.path + "/wrong-\(change)"
      try TestImage.sample.write(to: folder)
      let blobs = folder + "/blobs/sha256/"
      let layer = blobs + ContentHash.digest(TestImage.sample.layers[1]).hex
      var bytes = Array(try Data(contentsOf: URL(filePath: layer)))
      if change == 0 { bytes[600] ^= 1 } else if change == 1 { bytes.removeLast() } else { bytes.append(0) }
      try Data(bytes).write(to: URL(filePath: layer))
      var pull = Pull(from: try LayoutSource(path: folder), into: store)
      pull.unpacking = .here
      await #expect(throws: ImageError.self) { try await pull.run(nil, named: try Reference("r.io/x")) }
      #expect(try store.images().isEmpty)
      #expect(try names("staging").isEmpty)
    }
    try store.collect()
    #expect(try names("blobs/sha256").isEmpty)
    #expect(try names("l").isEmpty)
  }

  @Test("an archive that is not what the configuration says is refused")
  func wrongDiffID() async throws {
    let folder = scratch.path + "/image"
    var image = TestImage([TarBuilder.archive { $0.file("a") }], program: "gzip")
    try image.write(to: folder)
    let layer = try HostProgram.output(["gzip", "-c"], input: image.layers[0])
    image.layers = [TarBuilder.archive { $0.file("b") }]
    // The manifest keeps the layer of before, the configuration tells of another.
    let configuration = image.configuration
    var manifest = ImageManifest()
    manifest.configuration = ContentDescriptor(
      mediaType: "application/vnd.oci.image.config.v1+json", digest: ContentHash.digest(configuration),
      size: Int64(configuration.count))
    manifest.layers = [
      ContentDescriptor(
        mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: ContentHash.digest(layer),
        size: Int64(layer.count))
    ]
    let bytes = manifest.encoded()
    for (document, content) in [(configuration, configuration), (bytes, bytes), (layer, layer)] {
      try Data(content).write(to: URL(filePath: "\(folder)/blobs/sha256/\(ContentHash.digest(document).hex)"))
    }
    let store = try open()
    var pull = Pull(from: try LayoutSource(path: folder), into: store)
    pull.unpacking = .here
    let target = ContentHash.digest(bytes).description
    do {
      _ = try await pull.run(target, named: nil)
      Issue.record("it was taken")
    } catch {
      #expect(error.reason == .digestMismatch, "\(error.message)")
    }
  }

  @Test("names come, move and go; the image goes with the last, its layers with the collection")
  func removal() async throws {
    let store = try open()
    let first = try await pull(.sample, into: store, as: "r.io/a:1")
    try store.tag("r.io/a:1", as: try Reference("r.io/b:2"))
    var image = TestImage.sample
    image.command = ["other"]
    let second = try await pull(image, into: store, as: "r.io/a:1")
    #expect(try store.image("r.io/a:1").id == second.id)
    #expect(try store.image("r.io/b:2").id == first.id)
    #expect(try store.remove("r.io/b:2").image == first.id)
    let collected = try store.collect()
    #expect(collected == Store.Collected(images: 0, layers: 0, blobs: 2))
    #expect(try store.remove(second.id.short).image == second.id)
    #expect(try store.collect() == Store.Collected(images: 0, layers: 3, blobs: 5))
    #expect(try names("l").isEmpty)
    #expect(try store.hasTrash())
    try store.emptyTrash()
    #expect(try names("trash").isEmpty)
    #expect(throws: ImageError.self) { try store.image("r.io/a:1") }
  }

  @Test("a lease keeps what belongs to no image yet, until it ends or its process does")
  func leases() async throws {
    let store = try open()
    let lease = try store.lease()
    let digest = try store.add(Array("content".utf8), lease)
    #expect(try store.collect().blobs == 0)
    #expect(try store.document(digest) == Array("content".utf8))
    try store.database.write("test") { database in
      try database.execute(sql: "UPDATE lease SET start = start + 1")
    }
    #expect(try store.collect().blobs == 1)
    withExtendedLifetime(lease) {}
  }

  @Test("what dead processes left is removed, what living ones are making is not")
  func leftovers() async throws {
    let store = try open()
    let folder = scratch.path + "/store"
    for name in ["staging/1-0-7", "trash/1-0-8", "l/4711", "blobs/sha256/\(ReferenceTests.hex)", "staging/junk"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)/deep", withIntermediateDirectories: true)
    }
    let mine = store.owner.text + "-99"
    try FileManager.default.createDirectory(atPath: "\(folder)/staging/\(mine)", withIntermediateDirectories: true)
    _ = try open()
    #expect(try names("staging") == [mine])
    #expect(try names("trash").isEmpty)
    #expect(try names("l").isEmpty)
    #expect(try names("blobs/sha256").isEmpty)
  }

  @Test("what an earlier boot did not sync is not trusted; what it did is")
  func unsynced() async throws {
    let store = try open()
    try await pull(.sample, into: store, as: "r.io/synced")
    try store.settle()
    var image = TestImage.sample
    image.layers.append(TarBuilder.archive { $0.file("late") })
    try await pull(image, into: store, as: "r.io/late")
    try store.database.write("test") { database in
      try database.execute(sql: "UPDATE layer SET boot = 'x' WHERE boot IS NOT NULL")
      try database.execute(sql: "UPDATE blob SET boot = 'x' WHERE boot IS NOT NULL")
    }
    let again = try open()
    #expect(try again.images().flatMap(\.names).filter { !$0.contains("@") } == ["r.io/synced:latest"])
    #expect(try names("l").count == 3)
    #expect(try again.verify(.here) == [])
  }

  @Test("damage of a blob or of a layer is found")
  func damage() async throws {
    let store = try open()
    let record = try await pull(.sample, into: store)
    let layer = scratch.path + "/store/l/\(record.layers[0].id)"
    try Data("root::0:0::/:/bin/sh\n".utf8).write(to: URL(filePath: layer + "/etc/passwd"))
    try FileManager.default.removeItem(atPath: layer + "/opt/old")
    let found = try store.verify(.here)
    #expect(found.allSatisfy { $0.subject == "layer \(record.layers[0].id)" })
    #expect(found.contains { $0.problem.contains("etc/passwd") })
    #expect(found.contains { $0.problem == "'opt/old' is missing" })
    let blob = scratch.path + "/store/blobs/sha256/" + record.manifest.hex
    try Data("{}".utf8).write(to: URL(filePath: blob))
    #expect(try store.verify(.here).contains { $0.subject == record.manifest.description })
    #expect(throws: ImageError.self) { try store.document(record.manifest) }
  }

  @Test("nobody but root can look into a store")
  func modes() throws {
    let path = scratch.path + "/store"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
    _ = try open()
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect((attributes[.posixPermissions] as? Int) == 0o700)
  }

  @Test("several users of a store at once do not disturb each other")
  func concurrent() async throws {
    let layers = (0..<4).map { index in TarBuilder.archive { $0.file("f\(index)", "\(index)") } }
    let path = scratch.path
    for index in 0..<4 { try TestImage([layers[0], layers[index]]).write(to: "\(path)/image-\(index)") }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<4 {
        group.addTask {
          let store = try Store(path: path + "/store")
          for round in 0..<5 {
            var pull = Pull(from: try LayoutSource(path: "\(path)/image-\(index)"), into: store)
            pull.unpacking = .here
            let name = "r.io/image-\(index):\(round)"
            let record = try await pull.run(nil, named: try Reference(name))
            #expect(record.layers.count == 2)
            if round.isMultiple(of: 2) { _ = try store.remove(record.id.description) }
            try store.collect()
          }
        }
      }
      try await group.waitForAll()
    }
    let store = try open()
    for image in try store.images() { _ = try store.remove(image.id.description) }
    try store.collect()
    #expect(try names("l").isEmpty)
    #expect(try names("blobs/sha256").isEmpty)
  }
}
