//! Text made safe, in the one place for it: which characters could lie to a reader, and how they are shown.
//!
//! Descriptions, owners and everything else typed by people pass [`first_hostile`] before they are taken;
//! whatever is shown passes [`escape`], because older records, files and peers are not trusted either.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character could move, hide or reorder text: controls, line separators, bidi marks and overrides,
/// zero-width and invisible ones, tags, variation selectors and non-characters (Unicode UAX #9, UTS #39).
pub const fn is_hostile(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'            // C0, DEL, C1
        | '\u{ad}' | '\u{34f}' | '\u{61c}'                  // soft hyphen, grapheme joiner, Arabic letter mark
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' // invisible vowels, Mongolian selectors
        | '\u{200b}'..='\u{200f}'                           // zero-width, direction marks
        | '\u{2028}'..='\u{202e}'                           // separators, embeddings, overrides
        | '\u{2060}'..='\u{206f}'                           // joiners, isolates, deprecated format
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'              // variation selectors, BOM
        | '\u{fff0}'..='\u{fffb}'                           // interlinear annotation
        | '\u{e0000}'..='\u{e0fff}'                         // tags, more selectors
    ) || (c as u32 & 0xfffe) == 0xfffe
}

/// The first hostile character, if there is one.
pub fn first_hostile(text: &str) -> Option<char> {
    text.chars().find(|&c| is_hostile(c))
}

/// The text with every hostile character written out as `\u{202e}`; borrowed when there is none.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hostile(c) {
            let _ = write!(safe, "{}", c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// The characters of a name or text as they are compared: in lower case, one by one, whatever stands beside them.
pub fn folded(text: &str) -> impl Iterator<Item = char> + Clone {
    text.chars().flat_map(char::to_lowercase)
}

/// [`folded`], as a text.
pub fn fold(text: &str) -> String {
    folded(text).collect()
}

/// Whether two names differ in nothing but case.
pub fn same(a: &str, b: &str) -> bool {
    folded(a).eq(folded(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_and_wide_text_is_borrowed_unchanged() {
        assert!(matches!(escape("HR-System Übergabe 東京 👍"), Cow::Borrowed(_)));
    }

    #[test]
    fn names_fold_alike_wherever_a_letter_stands() {
        assert!(same("ΣΑΣ", "σασ") && fold("ΣΑΣ") == fold("σασ"), "a final sigma is no other letter here");
        assert!(!same("Asset", "Assets"));
    }

    #[test]
    fn hostile_characters_are_written_out_never_dropped() {
        assert_eq!(escape("a\u{202e}b\u{1b}[2J"), "a\\u{202e}b\\u{1b}[2J");
        assert_eq!(first_hostile("x\u{200b}y"), Some('\u{200b}'));
    }
}
