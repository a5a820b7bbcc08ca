// Root file systems of containers: made, kept over restarts, undone after crashes.

import Foundation
import GRDB
import Linux
import Testing

@testable import Images

@Suite("Container snapshots", .serialized, .enabled(if: Scratch.canUnpack, "mounts need root"))
struct ContainerSnapshotTests {
  private let place: StoreScratch
  private var store: Store { place.store }
  private var target: String { place.path + "/rootfs" }

  init() throws {
    place = try StoreScratch()
    _ = try place.scratch.directory("rootfs")
  }

  private func request(_ options: SnapshotOptions = .writable) -> SnapshotRequest {
    var request = SnapshotRequest(name: "container-1", target: target)
    request.options = options
    return request
  }

  private func paths() throws -> [String] { try place.scratch.tree("rootfs").paths }

  @Test("changes stay while a snapshot is unmounted, and go with it")
  func life() async throws {
    let image = try await place.pull()
    defer { place.clear() }
    let record = try store.prepareSnapshot(request(), of: image)
    #expect(record.state == .mounted && record.target == target && record.name == "container-1")
    try place.scratch.directory("rootfs").makeDirectory("made", mode: 0o700)
    try store.unmountSnapshot("container-1")
    try store.unmountSnapshot("container-1")
    #expect(try paths().isEmpty)
    // The image may go meanwhile: the layers are the snapshot's, too.
    _ = try store.remove(image.id.description)
    try store.collect()
    #expect(try place.reopened().mountSnapshot("container-1").state == .mounted)
    #expect(try store.mountSnapshot("container-1").state == .mounted)
    #expect(try paths().contains("made") && paths().contains("etc/passwd"))
    #expect(try store.removeSnapshot("container-1"))
    #expect(try store.removeSnapshot("container-1") == false)
    try store.collect()
    try store.emptyTrash()
    for folder in ["l", "s", "trash", "blobs/sha256"] { #expect(try place.names(folder).isEmpty, "\(folder)") }
    #expect(try place.hasMounts() == false)
  }

  @Test("a name and a directory are taken once")
  func taken() async throws {
    let image = try await place.pull()
    defer { place.clear() }
    try store.prepareSnapshot(request(), of: image)
    var other = request()
    other.target = place.path
    expectRefusal(.inUse, "'container-1'", target) { try store.prepareSnapshot(other, of: image) }
    other = request()
    other.name = "container-2"
    expectRefusal(.inUse, "already mounted at") { try store.prepareSnapshot(other, of: image) }
    other.target = place.path + "/missing"
    expectRefusal(.system(.noEntry), "missing") { try store.prepareSnapshot(other, of: image) }
    #expect(try store.snapshots().map(\.name) == ["container-1"])
    expectRefusal(.notFound, "container-2") { try store.unmountSnapshot("container-2") }
  }

  @Test("a directory reached by a link is known by its own path")
  func linkedTarget() async throws {
    let image = try await place.pull()
    defer { place.clear() }
    try place.scratch.directory(".").makeSymbolicLink("link", to: "rootfs")
    let record = try store.mount(image, at: place.path + "/link")
    #expect(record.target == target)
    try store.unmount(place.path + "/link")
    #expect(try place.hasMounts() == false)
  }

  @Test("volatile changes may be mounted again within one boot, not in the next")
  func volatile() async throws {
    let image = try await place.pull()
    defer { place.clear() }
    try store.prepareSnapshot(request([.writable, .volatile]), of: image)
    // While other tests mount and unmount, a reading of the table may miss a line.
    let isVolatile = try (0..<50).contains { _ in
      try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8).split(separator: "\n")
        .contains { $0.contains(target) && $0.contains("volatile") }
    }
    #expect(isVolatile)
    try place.scratch.directory("rootfs").makeDirectory("made", mode: 0o700)
    try store.unmountSnapshot("container-1")
    try store.mountSnapshot("container-1")
    #expect(try paths().contains("made"))
    try store.unmountSnapshot("container-1")
    try place.loseHolders(boot: "earlier")
    expectRefusal(.damaged, "volatile") { try store.mountSnapshot("container-1") }
    #expect(try store.snapshot("container-1")?.state == .unmounted)
  }

  @Test("what processes that died had begun is finished or undone", arguments: SnapshotState.allCases)
  func repaired(state: SnapshotState) async throws {
    let image = try await place.pull()
    defer { place.clear() }
    try store.prepareSnapshot(request(), of: image)
    try place.scratch.directory("rootfs").makeDirectory("made", mode: 0o700)
    try place.loseHolders(state: state)
    let again = try place.reopened()
    let record = try again.snapshot("container-1")
    switch state {
    case .making, .removing:
      #expect(record == nil)
      #expect(try place.names("s").isEmpty)
    case .mounting, .unmounting: #expect(record?.state == .unmounted)
    case .mounted, .unmounted: #expect(record?.state == state)
    }
    let isMounted = state == .mounted || state == .unmounted
    #expect(try place.hasMounts() == isMounted)
    guard state == .mounting || state == .unmounting else { return }
    try again.mountSnapshot("container-1")
    #expect(try paths().contains("made"))
  }

  @Test("what a living process is doing is left to it")
  func held() async throws {
    let image = try await place.pull()
    defer { place.clear() }
    let record = try store.prepareSnapshot(request(), of: image)
    // This process, under another hat: it runs, and is not the one that asks.
    _ = try store.setState(.removing, of: record)
    #expect(try place.reopened().snapshot("container-1")?.state == .removing)
    try store.database.write("test") { database in
      let ticks = ProcessIdentity.startTicks(of: 1) ?? 0
      try database.execute(sql: "UPDATE snapshot SET pid = 1, start = ?", arguments: [Int64(bitPattern: ticks)])
    }
    expectRefusal(.inUse, "process 1") { try store.removeSnapshot("container-1") }
    try place.loseHolders(state: .mounted)
  }

  @Test("the table of repairs")
  func table() {
    for state in SnapshotState.allCases {
      for boot in [[], .ofThisBoot] as [SnapshotState.Facts] {
        let (dead, held) = (state.repair(boot), state.repair(boot.union(.held)))
        switch state {
        case .making, .removing: #expect(dead == .remove && held == .nothing)
        case .mounting, .unmounting: #expect(dead == .unmount && held == .nothing)
        case .mounted: #expect(dead == (boot == .ofThisBoot ? .nothing : .unmount) && held == dead)
        case .unmounted: #expect(dead == .nothing && held == .nothing)
        }
      }
    }
  }

  @Test("what somebody mounted over an image is not unmounted in its place")
  func covered() async throws {
    let image = try await place.pull()
    defer { place.clear() }
    try store.prepareSnapshot(request(), of: image)
    try mountFileSystem("over", at: target, type: "tmpfs", "size=1m")
    let removal = Result { try store.removeSnapshot("container-1") }
    #expect(try MountTable.current().sources(at: target).last == Array("over".utf8))
    try detachMount(target)
    expectRefusal(.inUse, "over the image") { _ = try removal.get() }
    #expect(try store.removeSnapshot("container-1"))
    #expect(try place.hasMounts() == false)
  }

  @Test("what containers changed is measured and summed up")
  func usage() async throws {
    let image = try await place.pull()
    defer { place.clear() }
    let before = try store.usage()
    #expect(before.images.inodes == image.layers.reduce(5) { $0 + $1.inodes })
    #expect(before.images.bytes > image.size)
    #expect(before.snapshots == DiskUsage())
    try store.prepareSnapshot(request(), of: image)
    #expect(try store.snapshot("container-1")?.usage == nil)
    let empty = try store.measureSnapshot("container-1")
    let root = try place.scratch.directory("rootfs")
    try root.makeDirectory("d", mode: 0o700)
    let file = try root.open("d/file", [.writeOnly, .create], mode: 0o600)
    try file.writeAll([UInt8](repeating: 7, count: 100_000))
    try file.sync()
    try root.open("d/holes", [.writeOnly, .create], mode: 0o600).truncate(to: 1 << 40)
    try root.makeLink(BytePath("d/twin"), to: BytePath("d/file"), in: root)
    try root.makeSymbolicLink("away", to: "/")
    let full = try store.measureSnapshot("container-1")
    #expect(full.inodes == empty.inodes + 4)
    #expect((100_000...200_000).contains(full.bytes - empty.bytes), "\(empty) \(full)")
    #expect(try store.usage().snapshots == full)
    #expect(try store.snapshot("container-1")?.usage == full)
    try store.removeSnapshot("container-1")
    #expect(try store.usage() == before)
  }

  @Test("a tree of any depth is measured")
  func deepUsage() throws {
    let root = try place.scratch.directory("deep")
    var directory = try root.open(".", [.readOnly, .directory])
    for _ in 0..<3000 {
      try directory.makeDirectory("d", mode: 0o700)
      directory = try directory.open("d", [.readOnly, .directory])
    }
    #expect(try TreeUsage.measure(root).inodes == 3001)
  }

  @Test("a pinned image outlives its names")
  func pinned() async throws {
    let first = try await place.pull(as: "r.io/a:1")
    try store.pin("r.io/a:1")
    #expect(try store.image("r.io/a:1").isPinned)
    try store.database.write("test") { try $0.execute(sql: "DELETE FROM name") }
    #expect(try store.collect() == Store.Collected())
    try store.pin(first.id.description, false)
    #expect(try store.collect(.parts).images == 0)
    #expect(try store.collect().images == 1)
  }
}
