// Devices of the Container Device Interface in a configuration.

import Foundation
import OCI
import Testing

@testable import Pods

@Suite("Container Device Interface")
struct DeviceInterfaceTests {
  private func specification(_ edits: String, all: String = "{}") throws -> CDISpecification {
    let text = """
      {"cdiVersion": "1.1.0", "kind": "v.com/c", "containerEdits": \(all),
       "devices": [{"name": "d", "containerEdits": \(edits)}]}
      """
    return try JSONDecoder().decode(CDISpecification.self, from: Data(text.utf8))
  }

  private func inject(
    _ edits: String, all: String = "{}", into spec: Spec = Spec(process: OCI.Process())
  ) throws -> Spec {
    let specification = try specification(edits, all: all)
    #expect(specification.fault == nil)
    let entry = CDIRegistry.Entry(file: "f", specification: specification, device: specification.devices[0])
    // A second device of the file changes nothing more of what is for all.
    return try CDIInjection.inject([entry, entry], into: spec)
  }

  @Test("names")
  func names() throws {
    for text in ["v.com/c=d", "v/c=0", "V-1.x/c_1-x=a.b:c-d"] { #expect(CDIName(text)?.text == text) }
    for text in ["", "v.com/c", "/c=d", "v/=d", "v/c=", "1v/c=d", "v./c=d", "v/c.x=d", "v/c=-d", "v/c=d=e", "v/c/x=d"] {
      #expect(CDIName(text) == nil, "\(text)")
    }
    var container = ContainerConfiguration()
    container.qualifiedDevices = ["v/c=a", "v/c=b"]
    container.annotations = ["cdi.k8s.io/x": "v/c=b,v/c=c", "y": "v/c=d"]
    let wanted = try CDIName.wanted(by: container).map(\.text)
    #expect(wanted == ["v/c=a", "v/c=b", "v/c=c"])
    container.annotations = ["cdi.k8s.io/x": "v/c=b, v/c=c"]
    #expect(throws: PodError.self) { try CDIName.wanted(by: container) }
  }

  @Test("variables, hooks, groups, caches and network devices")
  func edits() throws {
    var spec = Spec(process: OCI.Process())
    spec.process?.env = ["A=old", "B=kept"]
    let found = try inject(
      """
      {"env": ["A=new"], "additionalGids": [0, 7, 7], "netDevices": [{"hostInterfaceName": "eth9", "name": "net1"}],
       "hooks": [{"hookName": "poststop", "path": "/h", "args": ["h", "x"], "timeout": 3}],
       "intelRdt": {"closID": "x", "schemata": ["L3:0=f"], "enableCMT": true}}
      """, all: #"{"env": ["ALL=1"]}"#, into: spec)
    #expect(found.process?.env == ["B=kept", "ALL=1", "A=new"])
    #expect(found.process?.user.additionalGids == [7])
    #expect(found.linux.netDevices["eth9"]?.name == "net1")
    #expect(found.hooks.poststop.first == Hook(path: "/h", args: ["h", "x"], timeoutSeconds: 3))
    #expect(found.linux.intelRdt == IntelRDT(closID: "x", schemata: ["L3:0=f"], enableMonitoring: true))
  }

  @Test("a mount takes the place of another and stands before those below it")
  func mounts() throws {
    var spec = Spec(process: OCI.Process())
    spec.mounts = ["/proc", "/a/b/c", "/d"].map { Mount(destination: $0) }
    let edits = #"{"mounts": [{"hostPath": "/h", "containerPath": "/a/b"}, {"hostPath": "/h", "containerPath": "/d"}]}"#
    let found = try inject(edits, into: spec).mounts
    let places = ["/a/b", "/a/b/c"].compactMap { path in found.firstIndex { $0.destination == path } }
    #expect(places.count == 2 && places == places.sorted())
    #expect(found.filter { $0.destination == "/d" }.map(\.source) == ["/h"])
    #expect(found.count == 4)
  }

  @Test("a device node is completed from the host, and allowed")
  func nodes() throws {
    var spec = Spec(process: OCI.Process())
    spec.process?.user.uid = 1000
    spec.linux.devices = [DeviceNode(path: "/dev/x", kind: .block, major: 9, minor: 9)]
    let edits = #"{"deviceNodes": [{"path": "/dev/x", "hostPath": "/dev/null", "permissions": "r"}]}"#
    let found = try inject(edits, into: spec).linux
    let node = try #require(found.devices.first)
    #expect(found.devices.count == 1)
    #expect((node.kind, node.major, node.minor) == (.character, 1, 3))
    #expect(node.uid == 1000)
    let rule = DeviceRule(allow: true, kind: .character, major: 1, minor: 3, access: .read)
    #expect(found.resources.devices.last == rule)
    #expect(throws: PodError.self) { try inject(#"{"deviceNodes": [{"path": "/dev/null", "type": "b"}]}"#) }
  }

  @Test("a file with a fault is refused with its place")
  func faults() throws {
    for (edits, fault) in [
      (#"{"env": ["=x"]}"#, "env[0]"), (#"{"hooks": [{"hookName": "none", "path": "/h"}]}"#, "hooks[0].hookName"),
      (#"{"hooks": [{"hookName": "prestart", "path": "h"}]}"#, "hooks[0].path"),
      (#"{"mounts": [{"hostPath": "", "containerPath": "/x"}]}"#, "mounts[0]"),
      (#"{"deviceNodes": [{"path": "x"}]}"#, "deviceNodes[0].path"),
      (#"{"deviceNodes": [{"path": "/x", "type": "z"}]}"#, "deviceNodes[0].type"), ("{}", "change nothing"),
    ] {
      #expect(try specification(edits).fault?.contains(fault) == true, "\(edits)")
    }
    #expect(throws: DecodingError.self) { try specification(#"{"envs": []}"#) }
    #expect(throws: DecodingError.self) { try specification(#"{"env": [], "deviceNodes": [{"path": "/x", "a": 1}]}"#) }
  }
}
