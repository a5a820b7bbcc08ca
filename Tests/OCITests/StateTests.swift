// The documents that hooks, callers and agents get.

import OCI
import Testing

@Suite("State and features")
struct StateTests {
  static func text<T: JSONObject>(_ value: T, _ layout: JSONLayout = .compact) -> String {
    String(decoding: value.encoded(layout), as: UTF8.self)
  }

  @Test("hooks get the state of the specification, without a pid when there is none")
  func hookState() throws {
    var state = State(id: "c1", status: .created, pid: 12, bundle: "/b")
    state.annotations["k"] = "<v>"
    #expect(
      Self.text(state)
        == #"{"ociVersion":"1.3.0","id":"c1","status":"created","pid":12,"bundle":"/b","#
        + #""annotations":{"k":"\u003cv\u003e"}}"#
    )
    #expect(
      Self.text(State(id: "c1", status: .stopped, bundle: "/b"))
        == #"{"ociVersion":"1.3.0","id":"c1","status":"stopped","bundle":"/b"}"#)
    #expect(try State.decode(state.encoded()) == state)
  }

  @Test("the state command prints the fields in runc's order, always with a pid and an owner")
  func stateReport() {
    let report = StateReport(
      version: "1.0.2", id: "c1", status: .stopped, bundle: "/b", rootfs: "/b/rootfs",
      created: "2026-01-02T03:04:05.000000006Z")
    #expect(
      Self.text(report, .twoSpaces) == """
        {
          "ociVersion": "1.0.2",
          "id": "c1",
          "pid": 0,
          "status": "stopped",
          "bundle": "/b",
          "rootfs": "/b/rootfs",
          "created": "2026-01-02T03:04:05.000000006Z",
          "owner": ""
        }
        """)
  }

  @Test("an agent gets the state beside the names of the descriptors")
  func processState() {
    let value = ContainerProcessState(
      pid: 5, metadata: "m", state: State(id: "c", status: .creating, pid: 5, bundle: "/b"))
    #expect(
      Self.text(value)
        == #"{"ociVersion":"1.3.0","fds":["seccompFd"],"pid":5,"metadata":"m","state":"#
        + #"{"ociVersion":"1.3.0","id":"c","status":"creating","pid":5,"bundle":"/b"}}"#)
  }

  @Test("unknown features are left out, and what this package knows is in")
  func features() throws {
    var features = Features()
    features.linux.cgroup = Features.Cgroup(v1: true, v2: false)
    let text = Self.text(features, .fourSpaces)
    #expect(text.hasPrefix("{\n    \"ociVersionMin\": \"1.0.0\",\n    \"ociVersionMax\": \"1.3.0\",\n    \"hooks\": ["))
    #expect(text.contains("\"cgroup\": {\n            \"v1\": true,\n            \"v2\": false\n        },"))
    #expect(!text.contains("apparmor") && !text.contains("idmap"))
    #expect(features.linux.namespaces == ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"])
    #expect(features.linux.capabilities.count == 41)
    #expect(try Features.decode(features.encoded()) == features)
  }
}
