// Overlay mounts on each kind of kernel, and with mapped owners.

import Foundation
import Linux
import Testing

@testable import Images

@Suite("Overlays", .serialized, .enabled(if: Scratch.canUnpack, "mounts need root"))
struct OverlayTests {
  private let place: StoreScratch
  private var store: Store { place.store }

  init() throws {
    place = try StoreScratch()
    _ = try place.scratch.directory("rootfs")
  }

  /// A snapshot that is not mounted, for mounts in other ways.
  private func snapshot(
    of image: ImageRecord, _ options: SnapshotOptions, users: String? = nil
  ) throws -> SnapshotRecord {
    try store.mount(image, at: place.path + "/rootfs", options, userNamespace: users)
    let name = place.path + "/rootfs"
    try store.unmountSnapshot(name)
    return try #require(try store.snapshot(name))
  }

  @Test(
    "each interface of overlayfs gives the same tree", arguments: Overlay.Interface.allCases,
    [[], .writable, [.writable, .volatile]] as [SnapshotOptions])
  func interfaces(interface: Overlay.Interface, options: SnapshotOptions) async throws {
    let image = try await place.pull()
    defer { place.clear() }
    let record = try options.contains(.volatile) ? snapshotOfVolatile(image) : snapshot(of: image, options)
    let tree = try Overlay(image.layers, record, in: store, interface: interface).mount()
    let seen = try Tree(tree.root.open(".", [.readOnly, .directory]))
    #expect(seen.paths == ["etc", "etc/new", "etc/passwd", "opt", "opt/young"])
    #expect(try place.names("m").isEmpty)
    #expect(try place.hasMounts() == false)
    if options.contains(.writable) {
      try tree.root.makeDirectory("made", mode: 0o700)
    } else {
      #expect(throws: SystemCallError.self) { try tree.root.makeDirectory("made", mode: 0o700) }
    }
  }

  /// One whose folders overlayfs has not marked yet.
  private func snapshotOfVolatile(_ image: ImageRecord) throws -> SnapshotRecord {
    let record = try snapshot(of: image, [.writable, .volatile])
    let folder = try place.scratch.directory("store/s/\(record.id)")
    try folder.removeTree(BytePath("work"))
    try folder.makeDirectory("work", mode: 0o755)
    return record
  }

  @Test("by mount(2) as many layers as a page has room for; more are refused by name")
  func page() async throws {
    let image = try await place.pull()
    defer { place.clear() }
    let record = try snapshot(of: image, [])
    let layers = [LayerRecord](repeating: image.layers[0], count: 300)
    let overlay = try Overlay(layers, record, in: store, interface: .options)
    expectRefusal(.limitExceeded, "300 layers", "6.5") { _ = try overlay.mount() }
    #expect(try place.names("m").isEmpty)
  }

  @Test(
    "the layers' owners are mapped by a user namespace, and stay as the image has them",
    .enabled(if: UserNamespaceProcess.canRun, "user namespaces or unshare(1) are missing"),
    arguments: [false, true])
  func mapped(attachesTrees: Bool) async throws {
    let image = try await place.pull()
    defer { place.clear() }
    let users = try UserNamespaceProcess(mapping: "0 100000 65536")
    let record = try snapshot(of: image, .writable, users: users.path)
    var overlay = try Overlay(image.layers, record, in: store)
    overlay.attachesTrees = attachesTrees
    let tree = try overlay.mount()
    #expect(try place.hasMounts() == false)
    #expect(try place.names("m").isEmpty)
    let target = try place.scratch.directory("rootfs")
    try tree.attach(to: target, subject: "rootfs")
    defer { try? detachMount(place.path + "/rootfs") }
    #expect(try place.scratch.tree("rootfs")["etc/passwd"]?.owner == "100000:100000")
    #expect(try place.scratch.tree("rootfs")["."]?.owner == "100000:100000")
    // Its root may change what is there.
    try users.run("sh", "-c", "echo x >\(place.path)/rootfs/etc/made && rm \(place.path)/rootfs/etc/passwd")
    let upper = try place.scratch.tree("store/s/\(record.id)/upper")
    #expect(upper["etc/made"]?.owner == "100000:100000")
    #expect(try place.scratch.tree("store/l/\(image.layers[0].id)")["etc/passwd"]?.owner == "0:0")
    #expect(upper["etc/passwd"]?.kind == .characterDevice)
    #expect(try place.scratch.tree("rootfs")["etc/made"]?.owner == "100000:100000")
  }

  @Test("tables of mounts are read, with blanks in their names")
  func mountTable() {
    let table = MountTable(
      Array(
        """
        22 1 0:21 / / rw shared:1 - ext4 /dev/root rw
        30 22 0:30 / /a\\040b rw,nosuid - overlay apus-7 ro,lowerdir=x
        31 30 0:31 / /a\\040b rw master:2 propagate_from:1 - tmpfs over\\134 rw
        broken line
        """.utf8))
    #expect(table.mounts.count == 3)
    #expect(table.sources(at: "/a b") == [Array("apus-7".utf8), Array("over\\".utf8)])
    #expect(table.sources(at: "/a").isEmpty)
  }
}

/// A process that holds a user namespace.
final class UserNamespaceProcess {
  private let process = Process()

  static let canRun =
    HostProgram.has("unshare") && HostProgram.has("nsenter")
    && FileManager.default.fileExists(atPath: "/proc/self/ns/user")

  init(mapping: String) throws {
    process.executableURL = URL(filePath: "/usr/bin/unshare")
    process.arguments = ["--user", "sleep", "60"]
    try process.run()
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/user")
    // The child appears in its namespace a moment after it was started.
    for _ in 0..<2000 where try FileManager.default.destinationOfSymbolicLink(atPath: path) == own { usleep(5000) }
    for file in ["uid_map", "gid_map"] {
      try Descriptor.workingDirectory.writeFile("/proc/\(process.processIdentifier)/\(file)", mapping)
    }
  }

  var path: String { "/proc/\(process.processIdentifier)/ns/user" }

  /// Runs a program as the root of the namespace.
  func run(_ arguments: String...) throws {
    let output = try HostProgram.output(
      ["bash", "-c", "nsenter -t \(process.processIdentifier) -U -S 0 -G 0 \"$@\" 2>&1 || echo failed", "bash"]
        + arguments)
    if !output.isEmpty { throw ImageError(.damaged, String(decoding: output, as: UTF8.self)) }
  }

  deinit { process.terminate() }
}
