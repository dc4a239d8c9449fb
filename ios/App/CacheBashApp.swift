import CacheBash
import CacheBashPresentation
import CacheBashUI
import SwiftUI

/// The app for iPhone, iPad and Mac: opens this device's companion and shows it.
@main
struct CacheBashApp: App {
  private let model = AppModel(labels: .device, clipboard: DeviceClipboard()) {
    try Companion.onThisDevice(secrets: KeychainSecretStore())
  }

  var body: some Scene {
    WindowGroup { RootView(model: model) }
  }
}
