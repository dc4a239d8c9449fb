import Foundation
import Testing

@testable import CacheBashPresentation

/// Shapes are numbers: they are held to the numbers of the design.
@Suite struct GlyphsTests {
  @Test func aWorkingShapeIsAFaintRingAThirdOfATurnAndADot() {
    let centre = GridPoint(10, 10)
    #expect(
      ProgramShape.working.marks == [
        Mark(.circle(centre: centre, radius: 8), .stroke(width: 2, round: false), .working, opacity: 0.3),
        Mark(
          .arc(centre: centre, radius: 8, from: 0, sweep: 120), .stroke(width: 2, round: true), .working,
          turns: true),
        Mark(.circle(centre: centre, radius: 2.5), .fill, .working),
      ])
  }

  @Test(arguments: [
    (ProgramShape.workingSilent, 8, 8.0), (.pinnedSilent, 6, 4.0),
  ])
  func aSilentRingIsDashedWithOneDashAtTwelve(shape: ProgramShape, dashes: Int, radius: Double) {
    let arcs = shape.marks.compactMap { mark -> (from: Double, sweep: Double)? in
      guard case .arc(_, let r, let from, let sweep) = mark.outline, r == radius else { return nil }
      return (from, sweep)
    }
    #expect(arcs.count == dashes)
    #expect(arcs.first.map { abs($0.from + $0.sweep / 2) < 1e-9 } == true)
    let middles = arcs.map { $0.from + $0.sweep / 2 }
    for (one, next) in zip(middles, middles.dropFirst()) {
      #expect(abs(next - one - 360 / Double(dashes)) < 1e-9)
    }
  }

  @Test func anOctagonReachesNineFromItsMiddleWithRoundedCorners() throws {
    let body = try #require(ProgramShape.blocked.marks.first)
    guard case .closed(let corners) = body.outline, case .fillRounded(let width) = body.paint else {
      Issue.record("not an octagon")
      return
    }
    #expect(corners.count == 8)
    #expect(abs(10 - (corners.map(\.y).min() ?? 0) + width / 2 - 9) < 1e-9)
    #expect(width / 2 == 0.5)
  }

  @Test func aSilentOctagonHasOneDashInTheMiddleOfEachSide() {
    let dashes = ProgramShape.blockedSilent.marks.compactMap { mark -> (GridPoint, GridPoint)? in
      guard case .line(let ends) = mark.outline, ends.count == 2, case .stroke(_, false) = mark.paint else {
        return nil
      }
      return (ends[0], ends[1])
    }
    #expect(dashes.count == 8)
    for (from, to) in dashes {
      #expect(abs(hypot(to.x - from.x, to.y - from.y) - 3.6) < 1e-9)
      let middle = GridPoint((from.x + to.x) / 2 - 10, (from.y + to.y) / 2 - 10)
      #expect(abs(hypot(middle.x, middle.y) - 8) < 1e-9)
    }
  }

  @Test func everyShapeAndFindingStaysOnItsGrid() {
    let drawn =
      ProgramShape.allCases.map { ($0.marks, ProgramShape.grid) }
      + FindingGlyph.allCases.map { ($0.marks, FindingGlyph.grid) }
    for (marks, grid) in drawn {
      #expect(!marks.isEmpty)
      for point in marks.flatMap(\.extremes) {
        #expect((0...grid).contains(point.x) && (0...grid).contains(point.y))
      }
    }
  }

  @Test func onlyAWorkingArcTurns() {
    for shape in ProgramShape.allCases {
      #expect(shape.marks.contains(where: \.turns) == (shape == .working))
    }
  }
}

/// Whatever is read stands out from what it stands on.
@Suite struct TokensTests {
  private static let texts: [ColourToken] = [
    .ink, .ink2, .ink3, .working, .blocked, .pinned, .complete, .stalled, .silent,
  ]

  @Test(arguments: texts)
  func textIsReadableOnEveryGroundInLightAndDark(token: ColourToken) {
    for ground in [ColourToken.canvas, .surface, .sunken] {
      #expect(contrast(token.light, ground.light) >= 4.5, "\(token) on \(ground), light")
      #expect(contrast(token.dark, ground.dark) >= 4.5, "\(token) on \(ground), dark")
    }
  }

  @Test func edgesAndButtonsStandOut() {
    for ground in [ColourToken.canvas, .surface] {
      #expect(contrast(ColourToken.outline.light, ground.light) >= 3)
      #expect(contrast(ColourToken.outline.dark, ground.dark) >= 3)
    }
    #expect(contrast(ColourToken.onInk.light, ColourToken.ink.light) >= 4.5)
    #expect(contrast(ColourToken.onInk.dark, ColourToken.ink.dark) >= 4.5)
  }

  @Test func nothingIsSmallerThanAnAxis() {
    #expect(TypeSize.allCases.map(\.size).min() == TypeSize.axis.size)
    #expect(TypeSize.allCases.allSatisfy { $0.line > $0.size })
  }
}

extension Mark {
  /// How far its middle line reaches.
  fileprivate var extremes: [GridPoint] {
    switch outline {
    case .circle(let centre, let radius), .arc(let centre, let radius, _, _):
      [GridPoint(centre.x - radius, centre.y - radius), GridPoint(centre.x + radius, centre.y + radius)]
    case .line(let points), .closed(let points): points
    case .curve(let from, let one, let other, let to): [from, one, other, to]
    }
  }
}

/// The ratio of two colours' luminances, from 1 to 21.
private func contrast(_ one: UInt32, _ other: UInt32) -> Double {
  func luminance(_ colour: UInt32) -> Double {
    func part(_ shift: UInt32) -> Double {
      let value = Double((colour >> shift) & 0xFF) / 255
      return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
  }
  let (a, b) = (luminance(one), luminance(other))
  return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}
