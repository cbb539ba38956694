import * as fc from "fast-check";

/** Text with a taste for what hurts: controls, sequences, bidi, joiners, marks, wide and lone halves. */
export const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\x1b[2J", "\x1b[31m", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x1b", "\x9b5A", "\x90q\x9c", "\x07", "\b\b", "\r", "\n", "\t", "\x00",
        "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u0301", "\u20e3", "\ufe0f", "\u2028", "\ud83d", "\udc00", "\u{e0041}",
        "👨‍👩‍👧", "👍🏽", "🇩🇪", "🇩", "漢字", "한글", "한글", "क्षि", "ก็ำ", "ｶﾞ", "é", "…", "\u{10ffff}", "\x1b]unended", "\x1b[12;", "ﷺ",
      ),
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.string({ maxLength: 12 }),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(""));
