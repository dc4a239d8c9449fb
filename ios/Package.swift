// swift-tools-version: 6.0
import PackageDescription

// On Linux the Rust library is linked as it lies: from CACHEBASH_FFI_DIR, or from the workspace's debug folder.
// As a shared library, so that `swift test` always runs the current Rust (docs/adr/0080).
let rust = Context.environment["CACHEBASH_FFI_DIR"] ?? "\(Context.packageDirectory)/../target/debug"

#if os(Linux)
  let ffi: Target = .systemLibrary(name: "CacheBashFFI")
  let link: [LinkerSetting] = [
    .unsafeFlags(["-L\(rust)", "-lcachebash_ffi", "-Xlinker", "-rpath=\(rust)"])
  ]
  // SwiftUI is Apple's; elsewhere ios/check-views reads the screens against a stand-in.
  let screens: [Target] = []
  let screenProducts: [Product] = []
#else
  let ffi: Target = .binaryTarget(name: "CacheBashFFI", path: "CacheBashFFI.xcframework")
  let link: [LinkerSetting] = []
  let screens: [Target] = [
    .target(name: "CacheBashUI", dependencies: ["CacheBash", "CacheBashPresentation"]),
    .executableTarget(name: "CacheBashApp", dependencies: ["CacheBashUI"], path: "App"),
  ]
  let screenProducts: [Product] = [
    .library(name: "CacheBashUI", targets: ["CacheBashUI"])
  ]
#endif

let package = Package(
  name: "CacheBash",
  platforms: [.iOS(.v17), .macOS(.v14)],
  products: [
    .library(name: "CacheBash", targets: ["CacheBash"]),
    .library(name: "CacheBashPresentation", targets: ["CacheBashPresentation"]),
  ] + screenProducts,
  targets: [
    ffi,
    .target(name: "CacheBash", dependencies: ["CacheBashFFI"], linkerSettings: link),
    .target(name: "CacheBashPresentation", dependencies: ["CacheBash"]),
    .target(name: "CacheBashTesting", dependencies: ["CacheBash"], path: "Tests/CacheBashTesting"),
    .testTarget(
      name: "CacheBashTests", dependencies: ["CacheBash", "CacheBashPresentation", "CacheBashTesting"]),
    .testTarget(
      name: "CacheBashPresentationTests",
      dependencies: ["CacheBash", "CacheBashPresentation", "CacheBashTesting"]),
  ] + screens,
  swiftLanguageModes: [.v6]
)
