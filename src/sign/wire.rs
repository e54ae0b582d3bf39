//! An envelope as bytes, its payload written before its signatures are known. The runtime reads it back; a test compares
//! with what the runtime writes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flagc_runtime::bundle::Signature;
use rayon::prelude::*;

const HEAD: &[u8] = b"{\"payload\":\"";

/// For some signatures.
const ROOM: usize = 4096;

/// As many bytes, three or four times over, are one thread's piece of work.
const PIECE: usize = 1 << 16;

/// The beginning of an envelope: its payload.
pub(crate) fn payload(payload: &[u8]) -> Vec<u8> {
    let end = HEAD.len() + payload.len().div_ceil(3) * 4;
    // Made of zeros, so that all threads can write into it.
    let mut bytes = vec![0; end + ROOM];
    bytes.truncate(end);
    let (head, text) = bytes.split_at_mut(HEAD.len());
    head.copy_from_slice(HEAD);
    let pieces = payload.par_chunks(PIECE * 3).zip(text.par_chunks_mut(PIECE * 4));
    pieces.for_each(|(piece, place)| {
        // The place has the length of the piece: that cannot fail. Should it ever, zeros are no base64.
        let _ = STANDARD.encode_slice(piece, place);
    });
    bytes.push(b'"');
    bytes
}

/// The rest: canonical JSON (RFC 8785), its keys in order.
pub(crate) fn finish(mut bytes: Vec<u8>, payload_type: &str, signatures: &[Signature]) -> Vec<u8> {
    bytes.extend_from_slice(b",\"payloadType\":");
    text(payload_type, &mut bytes);
    bytes.extend_from_slice(b",\"signatures\":[");
    for (index, signature) in signatures.iter().enumerate() {
        bytes.extend_from_slice(if index > 0 { b",{\"keyid\":" } else { b"{\"keyid\":" });
        text(&signature.key_id, &mut bytes);
        bytes.extend_from_slice(b",\"sig\":");
        text(&STANDARD.encode(&signature.sig), &mut bytes);
        bytes.push(b'}');
    }
    bytes.extend_from_slice(b"]}");
    bytes
}

fn text(text: &str, bytes: &mut Vec<u8>) {
    // Writing to a vector cannot fail.
    let _ = serde_json::to_writer(bytes, text);
}

#[cfg(test)]
mod tests {
    use flagc_runtime::bundle::{BUNDLE_TYPE, Envelope};

    use super::*;

    #[test]
    fn an_envelope_is_written_as_the_runtime_writes_it() {
        let signature = |key_id: &str| Signature { key_id: key_id.to_owned(), sig: vec![250, 251, 252, 0] };
        for signatures in [vec![], vec![signature("b460")], vec![signature("a\"\n"), signature("ü")]] {
            for length in (0..7).chain([PIECE * 3 + 1]) {
                let content = vec![255_u8; length];
                let written = finish(payload(&content), BUNDLE_TYPE, &signatures);
                let payload_type = BUNDLE_TYPE.to_owned();
                let envelope = Envelope { payload: content, payload_type, signatures: signatures.clone() };
                assert_eq!(written, envelope.to_bytes());
            }
        }
    }
}
