import SwiftUI

/// Puts its parts beside each other and begins a new line where they no longer fit.
struct FlowLayout: Layout {
  var spacing: CGFloat
  var lineSpacing: CGFloat

  func sizeThatFits(proposal: ProposedViewSize, subviews: Subviews, cache: inout ()) -> CGSize {
    let places = arrange(subviews, width: proposal.width ?? .infinity)
    return places.size
  }

  func placeSubviews(in bounds: CGRect, proposal: ProposedViewSize, subviews: Subviews, cache: inout ()) {
    let places = arrange(subviews, width: bounds.width)
    for (subview, place) in zip(subviews, places.origins) {
      subview.place(
        at: CGPoint(x: bounds.minX + place.x, y: bounds.minY + place.y), anchor: .topLeading,
        proposal: .unspecified)
    }
  }

  private func arrange(_ subviews: Subviews, width: CGFloat) -> (origins: [CGPoint], size: CGSize) {
    var origins: [CGPoint] = []
    var next = CGPoint.zero
    var size = CGSize.zero
    var lineHeight: CGFloat = 0
    for subview in subviews {
      let part = subview.sizeThatFits(.unspecified)
      if next.x > 0 && next.x + part.width > width {
        next = CGPoint(x: 0, y: next.y + lineHeight + lineSpacing)
        lineHeight = 0
      }
      origins.append(next)
      lineHeight = max(lineHeight, part.height)
      size = CGSize(width: max(size.width, next.x + part.width), height: next.y + lineHeight)
      next.x += part.width + spacing
    }
    return (origins, size)
  }
}
