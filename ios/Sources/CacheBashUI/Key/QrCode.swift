import CacheBashPresentation
import SwiftUI

#if canImport(CoreImage)
  import CoreImage
#endif

/// A text as a QR code: 184 wide, dark on white in either theme, four modules of quiet around it. The system encodes it.
struct QrCode: View {
  var text: String
  var spoken: String

  var body: some View {
    code
      .frame(width: 184, height: 184)
      .background(Color.white)
      .accessibilityElement(children: .ignore)
      .accessibilityLabel(spoken)
  }

  #if canImport(CoreImage)
    @ViewBuilder private var code: some View {
      if let image = QrCode.image(of: text) {
        // Enlarged without smoothing: a module is a square.
        Image(decorative: image, scale: 1).interpolation(.none).resizable().padding(Space.s12)
      }
    }

    private static func image(of text: String) -> CGImage? {
      guard let encoder = CIFilter(name: "CIQRCodeGenerator") else { return nil }
      encoder.setValue(Data(text.utf8), forKey: "inputMessage")
      encoder.setValue("M", forKey: "inputCorrectionLevel")
      return encoder.outputImage.flatMap { CIContext().createCGImage($0, from: $0.extent) }
    }
  #else
    private var code: some View { EmptyView() }
  #endif
}
