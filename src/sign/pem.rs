//! PEM as it comes out of files and out of the secret stores of CI systems, which replace its line ends or encode it
//! once more.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::elliptic_curve::zeroize::Zeroizing;

/// One block: its label, and the DER inside.
pub(super) struct Block {
    pub(super) label: String,
    /// None if it is not base64, as in the encrypted form with headers.
    pub(super) der: Option<Zeroizing<Vec<u8>>>,
}

/// The first block that is no `EC PARAMETERS`, which OpenSSL writes before some keys. Line ends may be LF, CR LF, spaces
/// or a literal `\n`, and the whole may be in base64 once more.
pub(super) fn first_block(text: &str) -> Option<Block> {
    let text = unwrap(text)?;
    let text = Zeroizing::new(text.replace("\\r", "\r").replace("\\n", "\n"));
    let mut rest = text.as_str();
    loop {
        let (label, body, after) = split(rest)?;
        if label == "EC PARAMETERS" {
            rest = after;
            continue;
        }
        let body: Zeroizing<String> = Zeroizing::new(body.split_ascii_whitespace().collect());
        let der = STANDARD.decode(body.as_bytes()).ok().map(Zeroizing::new);
        return Some(Block { label: label.to_owned(), der });
    }
}

/// The text itself, or what it is the base64 of.
fn unwrap(text: &str) -> Option<Cow<'_, str>> {
    if text.contains("-----BEGIN ") {
        return Some(Cow::Borrowed(text));
    }
    let compact: Zeroizing<String> = Zeroizing::new(text.split_ascii_whitespace().collect());
    let decoded = String::from_utf8(STANDARD.decode(compact.as_bytes()).ok()?).ok()?;
    decoded.contains("-----BEGIN ").then_some(Cow::Owned(decoded))
}

/// Label, body, and what follows the block.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, rest) = rest.split_once("-----END ")?;
    let rest = rest.strip_prefix(label)?.strip_prefix("-----")?;
    Some((label, body, rest))
}
