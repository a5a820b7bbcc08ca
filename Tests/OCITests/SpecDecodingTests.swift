// config.json read into values.

import OCI
import Testing

@Suite("Decoding of config.json")
struct SpecDecodingTests {
  static func spec(_ text: String) throws(SpecError) -> Spec { try Spec.decode([UInt8](text.utf8)) }

  @Test("an absent field, null and an unknown field leave the default of the spec")
  func absentFieldsHaveDefaults() throws {
    let spec = try Self.spec(
      #"{"ociVersion": "1.0.2", "process": null, "linux": {"resources": {}, "seccomp": null}, "vm": {"x": [1, {}]}}"#)
    #expect(spec == Spec(version: "1.0.2"))
  }

  @Test("names are exact: another case is another field")
  func namesAreExact() throws {
    #expect(try Self.spec(#"{"Hostname": "a", "hostName": "b"}"#) == Spec())
  }

  @Test("a name with escapes is the same name")
  func escapedNamesAreFound() throws {
    #expect(try Self.spec(#"{"host\u006eame": "a"}"#).hostname == "a")
  }

  @Test("of fields with the same name the last one counts")
  func lastDuplicateCounts() throws {
    let spec = try Self.spec(#"{"hostname": "a", "root": {"path": "x"}, "hostname": "b", "root": {"readonly": true}}"#)
    #expect(spec.hostname == "b")
    #expect(spec.root == Root(path: "", readonly: true))
  }

  @Test("of map entries with the same name the last one counts, and the others keep their order")
  func lastMapEntryCounts() throws {
    let spec = try Self.spec(#"{"annotations": {"b": "1", "a": "2", "b": "3", "\u0061": "4", "c": ""}}"#)
    #expect(spec.annotations.entries.map(\.key) == ["b", "a", "c"])
    #expect(spec.annotations["b"] == "3")
    #expect(spec.annotations["a"] == "4")
    #expect(spec.annotations["c"] == "")
    #expect(spec.annotations["d"] == nil)
  }

  @Test("differently composed characters are different names")
  func namesAreBytes() throws {
    let spec = try Self.spec(#"{"annotations": {"\u00e9": "1", "e\u0301": "2"}}"#)
    #expect(spec.annotations.entries.count == 2)
    #expect(spec.annotations["\u{e9}"] == "1")
  }

  @Test("a map of many entries is read in time", .timeLimit(.minutes(1)))
  func manyMapEntries() throws {
    let entries = (0..<20_000).map { #""key\#($0 % 15_000)": "\#($0)""# }
    let spec = try Self.spec(#"{"annotations": {"# + entries.joined(separator: ",") + "}}")
    #expect(spec.annotations.entries.count == 15_000)
    #expect(spec.annotations.entries.first == Annotations.Entry(key: "key5000", value: "5000"))
    #expect(spec.annotations.entries.last == Annotations.Entry(key: "key4999", value: "19999"))
  }

  @Test("integers are exact up to both ends of their range")
  func integersAreExact() throws {
    let spec = try Self.spec(
      #"""
      {"process": {"rlimits": [{"type": "RLIMIT_AS", "soft": 18446744073709551614, "hard": 18446744073709551615}],
        "oomScoreAdj": -2147483648, "user": {"uid": 4294967295, "gid": 0}},
       "linux": {"resources": {"memory": {"limit": 9223372036854775807, "swap": -9223372036854775808}}}}
      """#)
    #expect(spec.process?.rlimits == [Rlimit(kind: .addressSpace, soft: .max - 1, hard: .max)])
    #expect(spec.process?.oomScoreAdj == .min)
    #expect(spec.process?.user.uid == .max)
    #expect(spec.linux.resources.memory.limit == .max)
    #expect(spec.linux.resources.memory.swap == .min)
  }

  @Test("what absent and empty mean differently is told apart")
  func absentDiffersFromEmpty() throws {
    let spec = try Self.spec(
      #"""
      {"hooks": {"prestart": [{"path": "/a"}, {"path": "/b", "env": []}]},
       "linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "flags": []},
         "resources": {"memory": {"disableOOMKiller": false}},
         "namespaces": [{"type": "network", "path": ""}]}}
      """#)
    #expect(spec.hooks.prestart.map(\.env) == [nil, []])
    #expect(spec.linux.seccomp?.flags == [])
    #expect(spec.linux.resources.memory.disableOOMKiller == false)
    #expect(spec.linux.resources.memory.useHierarchy == nil)
    #expect(spec.linux.makesNamespace(.network))
  }

  @Test("a device rule has the defaults of the spec")
  func deviceRuleDefaults() throws {
    let spec = try Self.spec(#"{"linux": {"resources": {"devices": [{"allow": true, "access": "mr"}]}}}"#)
    #expect(spec.linux.resources.devices == [DeviceRule(allow: true, kind: .all, access: [.read, .makeNode])])
    let odd = try Self.spec(#"{"linux": {"resources": {"devices": [{"allow": false, "access": "rwa"}]}}}"#)
    #expect(odd.linux.resources.devices == [DeviceRule(allow: false, kind: .all, access: [.read, .write])])
  }

  @Test("a process and limits can stand alone, as exec and update want them")
  func partsStandAlone() throws {
    let process = try OCI.Process.decode([UInt8](#"{"args": ["sh"], "cwd": "/"}"#.utf8))
    #expect(process == OCI.Process(args: ["sh"], cwd: "/"))
    let resources = try Resources.decode([UInt8](#"{"pids": {"limit": -1}}"#.utf8))
    #expect(resources.pids.limit == -1)
  }
}
