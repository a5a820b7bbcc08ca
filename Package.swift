// swift-tools-version:6.2
// The package in its two profiles: full Swift for tests and daemons, Embedded Swift on musl for what ships small.
import PackageDescription

let environment = Context.environment
let small = environment["APUS_PROFILE"] == "small"
let machine = environment["APUS_MACHINE"] ?? "x86_64"
let musl = "/usr/lib/\(machine)-linux-musl"

// The C shims see musl's headers in the small profile, the kernel's after them, and never glibc's first.
let shimSettings: [CSetting] =
  !small
  ? [.unsafeFlags(["-Wall", "-Wextra", "-Wno-sign-compare", "-Werror"])]
  : [
    .unsafeFlags([
      "-Wall", "-Wextra", "-Wno-sign-compare", "-Werror", "-Os", "-ffunction-sections", "-fdata-sections",
      "-fno-unwind-tables", "-fno-asynchronous-unwind-tables", "-nostdinc",
      "-isystem", "/usr/include/\(machine)-linux-musl",
      "-isystem", (environment["APUS_CLANG_RESOURCES"] ?? "") + "/include",
      "-idirafter", "/usr/include", "-idirafter", "/usr/include/\(machine)-linux-gnu",
    ])
  ]

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
let embedded: [SwiftSetting] = [
  .enableExperimentalFeature("Embedded"),
  // Sequences of instructions that repeat become functions (the outliner); what makes copies of code is left out.
  .unsafeFlags([
    "-wmo", "-Osize", "-Xfrontend", "-function-sections", "-Xfrontend", "-mergeable-traps",
    "-Xllvm", "-enable-machine-outliner=always", "-Xllvm", "-enable-linkonceodr-outlining",
    "-Xllvm", "-sil-disable-pass=array-specialization", "-Xllvm", "-sil-disable-pass=closure-specialize",
    "-Xllvm", "-sil-disable-pass=loop-rotate", "-Xllvm", "-sil-disable-pass=jump-threading",
  ]),
]
// An Embedded program holds the code of all its modules: their own objects would be a second copy.
let swiftSettings =
  strict + (small ? embedded + [.unsafeFlags(["-Xfrontend", "-emit-empty-object-file"])] : [])
let mainSettings = strict + (small ? embedded : []) + [.unsafeFlags(["-parse-as-library"])]

// Static on musl: only in the linker's settings, the compiler's would look for a static standard library.
let staticLink: [LinkerSetting] =
  !small
  ? []
  : [
    .unsafeFlags([
      "-static-executable", "-nostartfiles", "-Xclang-linker", "-nostdlib", "-Xlinker", "--gc-sections",
      "-use-ld=lld", "-Xlinker", "--icf=all", "-Xlinker", "-s", "-Xlinker", "--no-eh-frame-hdr", "-L\(musl)",
      "-Xlinker", "\(musl)/crt1.o", "-Xlinker",
      "-lc",
    ])
  ]

// Programs of full Swift hold its libraries when they are released, and are dynamic to the C library alone. What
// Foundation is made of is not found by the linker's own means; tools/build-daemon.sh leads it to the archives of the
// system's libraries.
let staticLibraries: [LinkerSetting] =
  [.unsafeFlags(["-static-stdlib", "-Xclang-linker", "-static-libgcc"], .when(configuration: .release))]
  + [
    "CoreFoundation", "_FoundationICU", "_FoundationCShims", "_FoundationCollections", "swiftSynchronization", "stdc++",
  ].map { .linkedLibrary($0, .when(configuration: .release)) }

// Packages are for the full profile alone: what ships small depends on nothing.
let packages: [Package.Dependency] =
  small
  ? []
  : [
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ]

let package = Package(
  name: "apus",
  dependencies: packages,
  targets: [
    .target(name: "CShims", cSettings: shimSettings),
    .target(name: "Linux", dependencies: ["CShims"], swiftSettings: swiftSettings),
    .target(name: "OCI", swiftSettings: swiftSettings),
    .target(
      name: "ContainerRuntime", dependencies: ["Linux", "OCI"], path: "Sources/Runtime",
      swiftSettings: swiftSettings),
    .target(name: "CAllocator", cSettings: shimSettings),
    .target(name: "ContainerMonitor", dependencies: ["Linux"], path: "Sources/Monitor", swiftSettings: swiftSettings),
    .executableTarget(
      name: "apus", dependencies: ["ContainerRuntime", "Linux"] + (small ? ["CAllocator"] : []),
      swiftSettings: mainSettings,
      linkerSettings: staticLink),
    .target(name: "Pause", dependencies: ["Linux", "OCI"], swiftSettings: swiftSettings),
    .executableTarget(
      name: "apus-pause", dependencies: ["Linux", "Pause"], swiftSettings: mainSettings, linkerSettings: staticLink),
    .executableTarget(
      name: "apus-extra", dependencies: ["ContainerRuntime", "Linux"] + (small ? ["CAllocator"] : []),
      swiftSettings: mainSettings,
      linkerSettings: staticLink),
    .executableTarget(
      name: "apus-monitor", dependencies: ["ContainerMonitor", "Linux"], swiftSettings: mainSettings,
      linkerSettings: staticLink),
  ]
    + (small
      ? []
      : [
        .target(
          name: "CCodecs",
          cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-O2"])],
          linkerSettings: [.linkedLibrary("z"), .linkedLibrary("zstd"), .linkedLibrary("dl")]),
        .target(
          name: "CDatabase", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-O2"])],
          linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "Codecs", dependencies: ["CCodecs"], swiftSettings: strict),
        .target(
          name: "Images",
          dependencies: [
            "CDatabase", "Codecs", "Linux", "OCI", .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "GRDB", package: "GRDB.swift"),
            .product(name: "AsyncHTTPClient", package: "async-http-client"),
            .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
          ],
          swiftSettings: strict),
        // Not called after its folder: packages import the framework Network wherever a module of that name is found.
        .target(
          name: "ContainerNetwork", dependencies: ["Linux"], path: "Sources/Network", swiftSettings: strict),
        .target(
          name: "ImageCommands",
          dependencies: [
            "Images", "Linux", "OCI", .product(name: "ArgumentParser", package: "swift-argument-parser"),
          ],
          swiftSettings: strict),
        .executableTarget(
          name: "apus-image", dependencies: ["ImageCommands", "Images"], swiftSettings: mainSettings,
          linkerSettings: staticLibraries),
        .target(
          name: "Manifest", dependencies: [.product(name: "Yams", package: "Yams")], swiftSettings: strict),
        .testTarget(name: "ManifestTests", dependencies: ["Manifest"], swiftSettings: strict),
        .target(
          name: "Pods",
          dependencies: [
            "ContainerNetwork", "Images", "Linux", "OCI", .product(name: "GRDB", package: "GRDB.swift"),
            .product(name: "Yams", package: "Yams"),
          ],
          swiftSettings: strict),
        .target(
          name: "Streaming",
          dependencies: [
            "Codecs", "Linux", .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"), .product(name: "NIOWebSocket", package: "swift-nio"),
          ],
          swiftSettings: strict),
        .testTarget(
          name: "StreamingTests",
          dependencies: [
            "Codecs", "Linux", "Streaming", .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
          ],
          swiftSettings: strict),
        // What protoc writes is compiled on its own: it takes half a minute and hardly ever changes.
        .target(
          name: "CRIProtocol",
          dependencies: [
            .product(name: "GRPCCore", package: "grpc-swift-2"),
            .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
            .product(name: "SwiftProtobuf", package: "swift-protobuf"),
          ],
          path: "Sources/CRI/Protocol", exclude: ["runtime.proto"]),
        .target(
          name: "CRI",
          dependencies: [
            "CRIProtocol", "Images", "Linux", "Manifest", "OCI", "Pods", "Streaming",
            .product(name: "GRPCCore", package: "grpc-swift-2"),
            .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
            .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "SwiftProtobuf", package: "swift-protobuf"),
          ],
          exclude: ["Protocol"], swiftSettings: strict),
        .executableTarget(
          name: "apusd",
          dependencies: [
            "ContainerNetwork", "CRI", "ImageCommands", "Images", "Linux", "Manifest", "Pods", "Streaming",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
            .product(name: "Logging", package: "swift-log"), .product(name: "TOMLKit", package: "TOMLKit"),
          ],
          swiftSettings: mainSettings, linkerSettings: staticLibraries),
        .testTarget(name: "PodsTests", dependencies: ["Linux", "OCI", "Pods"], swiftSettings: strict),
        .testTarget(name: "CRITests", dependencies: ["CRI", "CRIProtocol", "Pods"], swiftSettings: strict),
        .testTarget(name: "CodecTests", dependencies: ["Codecs"], swiftSettings: strict),
        .testTarget(
          name: "ImagesTests",
          dependencies: [
            "Images", "Linux", "OCI", .product(name: "GRDB", package: "GRDB.swift"),
            .product(name: "Crypto", package: "swift-crypto"), .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
          ],
          swiftSettings: strict),
        .testTarget(name: "PauseTests", dependencies: ["Pause"], swiftSettings: strict),
        .testTarget(name: "NetworkTests", dependencies: ["ContainerNetwork", "Linux"], swiftSettings: strict),
        .testTarget(name: "LinuxTests", dependencies: ["Linux"], swiftSettings: strict),
        .testTarget(name: "OCITests", dependencies: ["OCI"], swiftSettings: strict),
        // What the filters of this project are compared with; no part of any program.
        .target(
          name: "CLibseccomp", path: "Tests/CLibseccomp", cSettings: shimSettings,
          linkerSettings: [.linkedLibrary("seccomp")]),
        .testTarget(
          name: "RuntimeTests", dependencies: ["CLibseccomp", "ContainerRuntime"], swiftSettings: strict),
        .testTarget(name: "MonitorTests", dependencies: ["ContainerMonitor", "Linux"], swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
        .testTarget(
          name: "PrivilegedTests", dependencies: ["ContainerNetwork", "CShims", "Linux"], exclude: ["Probe"],
          swiftSettings: strict),
      ])
)
