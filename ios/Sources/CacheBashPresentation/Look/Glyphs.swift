import CacheBash
import Foundation

/// The sign of a program, as core judged it. Named apart from SwiftUI's `Shape`.
public typealias ProgramShape = CacheBash.Shape

extension ProgramShape {
  /// The side of the grid the shapes are drawn on. Scale the grid, never redraw.
  public static let grid = 20.0

  /// The shape on a 20 × 20 grid, back to front. Form says what the agent reports; dashes and bars say what we found.
  public var marks: [Mark] {
    switch self {
    case .working:
      [
        Mark(.circle(centre: .centre, radius: 8), .stroke(width: 2, round: false), .working, opacity: 0.3),
        Mark(
          .arc(centre: .centre, radius: 8, from: 0, sweep: 120), .stroke(width: 2, round: true), .working,
          turns: true),
        Mark(.circle(centre: .centre, radius: 2.5), .fill, .working),
      ]
    case .workingStalled:
      [Mark(.circle(centre: .centre, radius: 8), .stroke(width: 2, round: false), .working)]
        + [8.25, 11.75].map { y in
          Mark(.line([GridPoint(6.75, y), GridPoint(13.25, y)]), .stroke(width: 2, round: false), .stalled)
        }
    case .workingSilent:
      Mark.dashedRing(centre: .centre, radius: 8, dashes: 8, degrees: 26, width: 2, .working)
    case .blocked:
      [Mark(.closed(octagon(apothem: 8.5)), .fillRounded(width: 1), .blocked)] + bang(.canvas)
    case .blockedSilent:
      octagonDashes(apothem: 8, length: 3.6) + bang(.blocked)
    case .pinned:
      [Mark(.circle(centre: GridPoint(10, 7), radius: 5), .fill, .pinned), needle]
    case .pinnedSilent:
      Mark.dashedRing(
        centre: GridPoint(10, 7), radius: 4, dashes: 6, degrees: degrees(ofArc: 2.4, radius: 4), width: 2,
        .pinned) + [needle]
    case .complete:
      [
        Mark(
          .line([GridPoint(3.5, 10.5), GridPoint(8, 15), GridPoint(16.5, 5.5)]),
          .stroke(width: 2.5, round: true), .complete)
      ]
    case .otherWord:
      [
        Mark(
          .closed([GridPoint(10, 2), GridPoint(18, 10), GridPoint(10, 18), GridPoint(2, 10)]),
          .stroke(width: 2, round: true), .ink3)
      ]
    case .quiet:
      [Mark(.circle(centre: .centre, radius: 3), .fill, .ink3)]
    case .neverSeen:
      [Mark(.circle(centre: .centre, radius: 3), .stroke(width: 1.5, round: false), .ink3)]
    }
  }
}

/// A small sign beside a row's words, on a 12 × 12 grid.
public enum FindingGlyph: CaseIterable, Sendable {
  /// Its progress has not risen.
  case noChange
  /// Not heard.
  case silent
  /// Its progress went down.
  case fell
  /// Open questions.
  case questions

  /// The side of the grid.
  public static let grid = 12.0

  /// The colour of the sign and of the words behind it.
  public var colour: ColourToken {
    switch self {
    case .noChange, .fell: .stalled
    case .silent: .silent
    case .questions: .ink
    }
  }

  /// The sign, back to front.
  public var marks: [Mark] {
    switch self {
    case .noChange:
      [4.0, 8.0].map { y in
        Mark(.line([GridPoint(1.5, y), GridPoint(10.5, y)]), .stroke(width: 2, round: false), .stalled)
      }
    case .silent:
      Mark.dashedRing(centre: GridPoint(6, 6), radius: 5, dashes: 8, degrees: 26, width: 1.5, .silent)
    case .fell:
      [
        Mark(
          .line([GridPoint(1, 3), GridPoint(6, 3), GridPoint(6, 9), GridPoint(11, 9)]),
          .stroke(width: 2, round: false), .stalled)
      ]
    case .questions:
      [
        Mark(
          .arc(centre: GridPoint(6, 4.1), radius: 2.9, from: 270, sweep: 258),
          .stroke(width: 1.75, round: true), .ink),
        Mark(
          .curve(GridPoint(6.6, 6.94), GridPoint(6.2, 7.2), GridPoint(6, 7.5), GridPoint(6, 8)),
          .stroke(width: 1.75, round: true), .ink),
        Mark(.circle(centre: GridPoint(6, 10.75), radius: 1.1), .fill, .ink),
      ]
    }
  }
}

extension GridPoint {
  fileprivate static let centre = GridPoint(10, 10)
}

/// The line under a pinned disc.
private let needle = Mark(
  .line([GridPoint(10, 12), GridPoint(10, 18.5)]), .stroke(width: 2, round: true), .pinned)

/// "!" in the middle of the octagon.
private func bang(_ colour: ColourToken) -> [Mark] {
  [
    Mark(.line([GridPoint(10, 5.5), GridPoint(10, 10.75)]), .stroke(width: 2, round: true), colour),
    Mark(.circle(centre: GridPoint(10, 14.25), radius: 1.25), .fill, colour),
  ]
}

/// The corners of an octagon with a flat top, clockwise from the top's left corner.
private func octagon(apothem: Double) -> [GridPoint] {
  let half = apothem * tan(Double.pi / 8)
  return [
    (-half, -apothem), (half, -apothem), (apothem, -half), (apothem, half),
    (half, apothem), (-half, apothem), (-apothem, half), (-apothem, -half),
  ].map { GridPoint(10 + $0.0, 10 + $0.1) }
}

/// One dash in the middle of each side.
private func octagonDashes(apothem: Double, length: Double) -> [Mark] {
  let corners = octagon(apothem: apothem)
  let side = 2 * apothem * tan(Double.pi / 8)
  return corners.indices.map { index in
    let from = corners[index]
    let to = corners[(index + 1) % corners.count]
    func along(_ distance: Double) -> GridPoint {
      GridPoint(from.x + (to.x - from.x) * distance / side, from.y + (to.y - from.y) * distance / side)
    }
    return Mark(
      .line([along((side - length) / 2), along((side + length) / 2)]), .stroke(width: 2, round: false),
      .blocked)
  }
}

/// How many degrees an arc of this length covers.
private func degrees(ofArc length: Double, radius: Double) -> Double {
  length / radius * 180 / Double.pi
}
