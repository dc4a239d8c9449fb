/// The colours by what they are for. Colour is only for state and movement; everything else is ink on a ground.
public enum ColourToken: String, CaseIterable, Sendable {
  /// The page.
  case canvas
  /// A card or a sheet.
  case surface
  /// A tonal button, a bar, a note.
  case sunken
  /// A hairline.
  case line
  /// A field's edge, hatching, a chart's axis.
  case outline
  /// Text.
  case ink
  /// Supporting text.
  case ink2
  /// An age or a hint.
  case ink3
  /// Text on an ink button.
  case onInk
  /// Working; a moving bar; the caret.
  case working
  /// Blocked; refused.
  case blocked
  /// Pinned.
  case pinned
  /// Complete.
  case complete
  /// The findings "no change" and "fell".
  case stalled
  /// The finding "silent".
  case silent

  /// 0xRRGGBB in the light theme.
  public var light: UInt32 {
    switch self {
    case .canvas: 0xF6F7F9
    case .surface: 0xFFFFFF
    case .sunken: 0xEBEDF1
    case .line: 0xDFE3E9
    case .outline: 0x7F8792
    case .ink: 0x14171C
    case .ink2: 0x434A54
    case .ink3: 0x5F6670
    case .onInk: 0xFFFFFF
    case .working: 0x0A66C2
    case .blocked: 0xB3261E
    case .pinned: 0x6A4FB3
    case .complete: 0x197A38
    case .stalled: 0x8A5A00
    case .silent: 0x5F6670
    }
  }

  /// 0xRRGGBB in the dark theme.
  public var dark: UInt32 {
    switch self {
    case .canvas: 0x0D1014
    case .surface: 0x171B21
    case .sunken: 0x252B34
    case .line: 0x2B323C
    case .outline: 0x75808D
    case .ink: 0xF0F2F5
    case .ink2: 0xC4CAD3
    case .ink3: 0xA4ACB6
    case .onInk: 0x0D1014
    case .working: 0x6CB6FF
    case .blocked: 0xFF8A80
    case .pinned: 0xC3ABFF
    case .complete: 0x6FD58A
    case .stalled: 0xFFC24D
    case .silent: 0xA4ACB6
    }
  }
}

/// The inner edge of a card in the dark theme, where there is no shadow: 0xRRGGBB.
public let darkCardEdge: UInt32 = 0x222831

/// A size of text with its line, in points at the reader's usual setting.
public enum TypeSize: CaseIterable, Sendable {
  /// The headline.
  case display
  /// The percent of the Now card.
  case number
  /// A sheet's title.
  case title
  /// A name, a card's title.
  case head
  /// Running text.
  case body
  /// A row's second and third line.
  case support
  /// A section's title, a caption.
  case label
  /// A chart's axis. Nothing is smaller.
  case axis

  /// Points.
  public var size: Double {
    switch self {
    case .display: 32
    case .number: 44
    case .title: 22
    case .head: 17
    case .body: 16
    case .support: 14
    case .label: 13
    case .axis: 12
    }
  }

  /// The distance from line to line, in points.
  public var line: Double {
    switch self {
    case .display: 40
    case .number: 48
    case .title: 28
    case .head, .body: 24
    case .support: 20
    case .label, .axis: 16
    }
  }

  /// The weight it has unless told otherwise.
  public var weight: TypeWeight {
    switch self {
    case .display, .number, .title, .head: .strong
    case .body, .support, .axis: .plain
    case .label: .medium
    }
  }
}

/// The three weights there are.
public enum TypeWeight: Sendable {
  /// Body, support, axis.
  case plain
  /// Label, question on a card, finding, chip.
  case medium
  /// Display, number, title, head, section title, button, state word, percent.
  case strong
}

/// Space between things, in points.
public enum Space {
  /// 4
  public static let s4 = 4.0
  /// 8
  public static let s8 = 8.0
  /// 12
  public static let s12 = 12.0
  /// 16, also the page's margin.
  public static let s16 = 16.0
  /// 24
  public static let s24 = 24.0
  /// 32
  public static let s32 = 32.0
  /// 48, also the least side of anything that can be tapped.
  public static let s48 = 48.0
}

/// Corner radii, in points.
public enum Corner {
  /// A text field.
  public static let field = 12.0
  /// A note inside a card.
  public static let note = 16.0
  /// A card.
  public static let card = 20.0
}
