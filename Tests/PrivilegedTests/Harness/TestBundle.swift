// A bundle of a test: a folder with config.json and a root file system.

import Foundation
import Linux

/// A bundle of a test: a folder with config.json and a root file system.
struct TestBundle {
  let path: String
  private(set) var config: JSON

  var rootfs: String { path + "/rootfs" }

  /// Makes a bundle with a busybox root file system.
  init(at path: String, config: JSON) throws {
    self.path = path
    self.config = config
    try RootFileSystem.makeBusybox(at: path + "/rootfs")
    try save()
  }

  /// Changes config.json.
  mutating func edit(_ change: (inout JSON) throws -> Void) throws {
    try change(&config)
    try save()
  }

  private func save() throws { try Data(config.text.utf8).write(to: URL(filePath: path + "/config.json")) }

  /// Puts a file into the root file system, in place of what is there.
  func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws {
    let file = rootfs + "/" + name
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try? Descriptor.workingDirectory.removeFile(file)
    try Data(text.utf8).write(to: URL(filePath: file))
    try Descriptor.workingDirectory.changeMode(of: file, mode)
  }

  /// Puts the probe into the root file system as /probe.
  func addProbe() throws {
    guard let probe = Probe.path else { throw StepFailed("no probe") }
    try FileManager.default.copyItem(atPath: probe, toPath: rootfs + "/probe")
  }
}

extension TestBundle {
  /// Docker's list, which has no dangerous capability.
  static let capabilities = [
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID",
    "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
    "CAP_AUDIT_WRITE",
  ]

  /// What `spec` writes, without a terminal and with a cgroup below `cgroup`.
  static func defaultConfig(cgroup: String) -> JSON {
    [
      "ociVersion": "1.0.2",
      "hostname": "privileged",
      "root": ["path": "rootfs", "readonly": false],
      "process": [
        "terminal": false,
        "user": ["uid": 0, "gid": 0],
        "args": ["true"],
        "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
        "cwd": "/",
        "capabilities": [
          "bounding": JSON(capabilities), "effective": JSON(capabilities), "permitted": JSON(capabilities),
        ],
        "rlimits": [["type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024]],
        "noNewPrivileges": true,
      ],
      "mounts": mounts,
      "linux": [
        "cgroupsPath": .string(cgroup),
        "resources": ["devices": [["allow": false, "access": "rwm"]]],
        "namespaces": [
          ["type": "pid"], ["type": "network"], ["type": "ipc"], ["type": "uts"], ["type": "mount"],
        ],
        "maskedPaths": ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
        "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
      ],
    ]
  }

  private static let mounts: JSON = [
    ["destination": "/proc", "type": "proc", "source": "proc"],
    [
      "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
      "options": ["nosuid", "strictatime", "mode=755", "size=65536k"],
    ],
    [
      "destination": "/dev/pts", "type": "devpts", "source": "devpts",
      "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
    ],
    [
      "destination": "/dev/shm", "type": "tmpfs", "source": "shm",
      "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"],
    ],
    [
      "destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue", "options": ["nosuid", "noexec", "nodev"],
    ],
    [
      "destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"],
    ],
  ]
}
