// Images in folders, made for tests.

import Foundation
import OCI

@testable import Images

/// An image in a folder of the OCI's layout.
struct TestImage {
  /// The archives of its layers, the lowest first.
  var layers: [[UInt8]]
  /// What is compressed: `gzip`, `zstd` or nothing.
  var program: String?
  var command = ["sh"]
  /// What it wants of its containers besides the command.
  var container = ContainerDefaults()
  var platform = Platform.host
  var name: String?

  init(_ layers: [[UInt8]], program: String? = nil) {
    self.layers = layers
    self.program = program
  }

  /// Three layers: files, changes to them, removals.
  static var sample: TestImage {
    TestImage([
      TarBuilder.archive { tar in
        tar.directory("etc", mode: 0o750, modified: 77)
        tar.file("etc/passwd", "root:x:0:0::/:/bin/sh\n")
        tar.file("etc/gone", "x")
        tar.directory("opt")
        tar.file("opt/old", "x")
      },
      TarBuilder.archive { tar in
        tar.file("etc/new", "new")
        tar.file("etc/.wh.gone", "")
      },
      TarBuilder.archive { tar in
        tar.file("opt/.wh..wh..opq", "")
        tar.file("opt/young", "y")
      },
    ])
  }

  /// Entries of all types, and changes to them above.
  static var varied: TestImage {
    let first = TarBuilder.archive { tar in
      tar.directory(".", modified: 99)
      tar.directory("usr", mode: 0o2755, modified: 5)
      tar.extended(["mtime": "7.123456789", "uid": "1234567", "SCHILY.xattr.user.a": "b"])
      tar.file("usr/file", "content", mode: 0o4755)
      tar.hardLink("usr/other", to: "usr/file")
      tar.link("lib", to: "usr")
      tar.file("usr/é", "name")
      tar.device("null", "c", 1, 3)
      tar.fifo("pipe")
      tar.directory("old", modified: 6)
      tar.file("old/a")
      tar.directory("gone")
      tar.file("gone/b")
      tar.file("turned")
    }
    let second = TarBuilder.archive { tar in
      tar.file(".wh.gone", "")
      tar.file("usr/.wh.other", "")
      tar.file("old/.wh..wh..opq", "")
      tar.directory("old", modified: 8)
      tar.file("old/new")
      tar.directory("turned", modified: 9)
      tar.file("turned/inside")
      tar.directory("usr", mode: 0o755, modified: 10)
      tar.file("usr/file", "changed", mode: 0o600)
      tar.directory("turned", modified: 9)
    }
    return TestImage([first, second])
  }

  var diffIDs: [Digest] { layers.map { ContentHash.digest($0) } }

  var configuration: [UInt8] {
    var configuration = ImageConfiguration()
    configuration.platform = platform
    configuration.container = container
    configuration.container.command = command
    configuration.rootfs.diffIDs = diffIDs.map(\.description)
    return configuration.encoded()
  }

  /// Writes the image into a folder, beside what is there.
  @discardableResult
  func write(to folder: String) throws -> Digest {
    let blobs = folder + "/blobs/sha256"
    try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
    func add(_ bytes: [UInt8], _ type: String) throws -> ContentDescriptor {
      let digest = ContentHash.digest(bytes)
      try Data(bytes).write(to: URL(filePath: "\(blobs)/\(digest.hex)"))
      return ContentDescriptor(mediaType: type, digest: digest, size: Int64(bytes.count))
    }
    var manifest = ImageManifest()
    manifest.mediaType = "application/vnd.oci.image.manifest.v1+json"
    manifest.configuration = try add(configuration, "application/vnd.oci.image.config.v1+json")
    for layer in layers {
      let bytes = try program.map { try HostProgram.output([$0, "-c"], input: layer) } ?? layer
      let suffix = program.map { "+" + $0 } ?? ""
      manifest.layers.append(try add(bytes, "application/vnd.oci.image.layer.v1.tar" + suffix))
    }
    var descriptor = try add(manifest.encoded(), manifest.mediaType)
    if let name { descriptor.annotations["org.opencontainers.image.ref.name"] = name }
    var index = ImageIndex()
    let path = folder + "/index.json"
    if let known = FileManager.default.contents(atPath: path) { index = try ImageIndex.decode(Array(known)) }
    index.manifests.append(descriptor)
    try Data(index.encoded()).write(to: URL(filePath: path))
    try Data(#"{"imageLayoutVersion": "1.0.0"}"#.utf8).write(to: URL(filePath: folder + "/oci-layout"))
    return try Digest(descriptor.digestText)
  }
}

/// Programs of the host that make what is tested.
enum HostProgram {
  static func has(_ name: String) -> Bool {
    ["/usr/bin/", "/usr/local/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + name) }
  }

  /// What a program writes to its standard output.
  static func output(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let (process, source, result) = (Foundation.Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardInput = source
    process.standardOutput = result
    try process.run()
    DispatchQueue.global().async {
      try? source.fileHandleForWriting.write(contentsOf: Data(input))
      try? source.fileHandleForWriting.close()
    }
    let bytes = try result.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Array(bytes)
  }
}
