// Network devices of the host that move into a container: pairs of virtual ones stand for those of hardware.

import Foundation
import Testing

@Suite("Network devices", .serialized, .containers)
struct NetworkDeviceTests {
  private static let moved = "apust0"
  private static let peer = "apust1"

  /// With a pair of devices on the host, one of which is to move.
  private func onPair(_ body: (Scene) throws -> Void) throws {
    try onScene { scene in
      try ip("link add \(Self.moved) type veth peer name \(Self.peer)").checked()
      // The container's end takes both with it, or fails to: then the pair is here still.
      defer { _ = try? ip("link del \(Self.peer)") }
      try body(scene)
    }
  }

  @discardableResult
  private func ip(_ words: String) throws -> Outcome {
    try Command("ip", words.split(separator: " ").map(String.init)).run()
  }

  private func isOnHost(_ name: String) -> Bool { Host.exists("/sys/class/net/" + name) }

  @Test("a device moves under a new name with what it was set to, and is up", .needs(.virtualDevices))
  func moves() throws {
    try onPair { scene in
      let hasIPv6 = Host.exists("/proc/sys/net/ipv6")
      try ip("link set dev \(Self.moved) mtu 1400 address 02:00:00:00:00:77 up").checked()
      try ip("addr add 192.0.2.77/27 brd 192.0.2.95 dev \(Self.moved)").checked()
      try ip("addr add 198.51.100.1/32 scope link dev \(Self.moved)").checked()
      if hasIPv6 { try ip("addr add 2001:db8::77/64 dev \(Self.moved) nodad").checked() }
      let outcome = try scene.run("ip addr show dev eth7") {
        $0.linux["netDevices"] = [Self.moved: ["name": "eth7"]]
      }
      #expect(outcome.code == 0 && outcome.output.contains("UP") && outcome.output.contains("mtu 1400"), "\(outcome)")
      #expect(outcome.output.contains("02:00:00:00:00:77"), "\(outcome)")
      #expect(outcome.output.contains("inet 192.0.2.77/27 brd 192.0.2.95 scope global eth7"), "\(outcome)")
      #expect(!outcome.output.contains("198.51.100.1"), "\(outcome)")
      #expect(!hasIPv6 || outcome.output.contains("inet6 2001:db8::77/64 scope global"), "\(outcome)")
      #expect(eventually { !isOnHost(Self.moved) && !isOnHost(Self.peer) }, "the kernel takes the pair away")
    }
  }

  @Test("hooks see the device; without a name it keeps its own", .needs(.apus, .virtualDevices))
  func hooks() throws {
    try onPair { scene in
      let witness = scene.folder + "/witness"
      let script = "nsenter -t $(sed -n 's/.*\"pid\":\\([0-9]*\\).*/\\1/p') -n ip link show \(Self.moved) >\(witness)"
      let outcome = try scene.run("ip link show \(Self.moved)") {
        $0.linux["netDevices"] = [Self.moved: [:]]
        $0["hooks"] = ["createRuntime": [["path": "/bin/sh", "args": ["sh", "-c", .string(script)]]]]
      }
      #expect(outcome.code == 0 && outcome.output.contains(Self.moved), "\(outcome)")
      #expect(Host.read(witness)?.contains(Self.moved) == true)
    }
  }

  @Test("a template gets the first free number", .needs(.apus, .virtualDevices))
  func template() throws {
    try onPair { scene in
      let outcome = try scene.run("ls /sys/class/net") {
        $0.linux["netDevices"] = [Self.moved: ["name": "net%d"], Self.peer: ["name": "net%d"]]
      }
      #expect(outcome.output == "lo\nnet0\nnet1\n", "\(outcome)")
    }
  }

  // Red when a device that could not move stays down.
  @Test("a name that is taken is an error, and the device is on the host as it was", .needs(.apus, .virtualDevices))
  func nameTaken() throws {
    try onPair { scene in
      try ip("link set dev \(Self.moved) up").checked()
      let outcome = try scene.run("true") { $0.linux["netDevices"] = [Self.moved: ["name": "lo"]] }
      #expect(outcome.code == 1 && outcome.errors.contains("move netDevice \(Self.moved)"), "\(outcome)")
      #expect(outcome.errors.contains("file exists"), "\(outcome)")
      #expect(try ip("link show \(Self.moved)").output.contains(",UP"))
    }
  }

  @Test("a device that is not there is an error that names it", .needs(.apus))
  func missing() throws {
    try onScene { scene in
      let outcome = try scene.run("true") { $0.linux["netDevices"] = ["apust9": [:]] }
      #expect(
        outcome.code == 1 && outcome.errors.contains("apust9") && outcome.errors.contains("no such device"),
        "\(outcome)")
    }
  }

  @Test("the host's own network namespace is no place to move to", .needs(.apus))
  func ownNamespace() throws {
    try onScene { scene in
      let outcome = try scene.run("true") {
        $0.linux.namespaces.array.removeAll { $0.type == "network" }
        $0.linux.namespaces.array.append(["type": "network", "path": "/proc/self/ns/net"])
        $0.linux["netDevices"] = ["apust9": [:]]
      }
      #expect(outcome.code == 1 && outcome.errors.contains("without a NET namespace"), "\(outcome)")
    }
  }
}
