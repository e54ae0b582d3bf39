//! The hash under `fractional`: murmur3 (x86, 32 bits, seed 0), fed piece by piece so that a seed and an identity need
//! no buffer, and the deterministic CBOR of bucketing generation 3.

use std::fmt;

use serde_json::Value;

use crate::value::{Number, Object, Val};

/// How `fractional` turns a value into a bucket. Fleets must agree on one: the same user falls elsewhere in another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Generation {
    /// The hash is taken of the text's UTF-8 bytes; flagd 0.15 and the SDKs of its time.
    #[default]
    Two,
    /// The hash is taken of the value's deterministic CBOR bytes (RFC 8949, section 4.2.1).
    Three,
}

impl Generation {
    /// The generation of a number as it stands in `flagc.bucketing`; `None` where it is not supported.
    pub fn from_number(number: u64) -> Option<Self> {
        match number {
            2 => Some(Self::Two),
            3 => Some(Self::Three),
            _ => None,
        }
    }

    /// The number as it stands in `flagc.bucketing`.
    pub fn number(self) -> u64 {
        match self {
            Self::Two => 2,
            Self::Three => 3,
        }
    }
}

/// The bucket, from 0 and below `total_weight` (at most 2^31 − 1), of the text that the parts make up: where `fractional`
/// over the `cat` of a seed and an identity puts a user.
pub fn bucket(parts: &[&str], generation: Generation, total_weight: u64) -> u64 {
    let mut hash = Murmur3::default();
    if generation == Generation::Three {
        write_cbor_text_head(parts.iter().map(|part| part.len() as u64).sum(), &mut hash);
    }
    for part in parts {
        hash.write(part.as_bytes());
    }
    (u64::from(hash.finish()) * total_weight) >> 32
}

/// Murmur3 over a stream of bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Murmur3 {
    hash: u32,
    tail: u32,
    length: u32,
}

impl Murmur3 {
    pub(crate) fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.length.is_multiple_of(4) {
            self.push(bytes[0]);
            bytes = &bytes[1..];
        }
        let (words, rest) = bytes.as_chunks::<4>();
        for word in words {
            self.block(u32::from_le_bytes(*word));
            self.length = self.length.wrapping_add(4);
        }
        for &byte in rest {
            self.push(byte);
        }
    }

    pub(crate) fn finish(&self) -> u32 {
        let mut hash = self.hash;
        if !self.length.is_multiple_of(4) {
            hash ^= scramble(self.tail);
        }
        hash ^= self.length;
        hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
        hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
        hash ^ (hash >> 16)
    }

    fn push(&mut self, byte: u8) {
        self.tail |= u32::from(byte) << (8 * (self.length % 4));
        self.length = self.length.wrapping_add(1);
        if self.length.is_multiple_of(4) {
            let word = std::mem::take(&mut self.tail);
            self.block(word);
        }
    }

    fn block(&mut self, word: u32) {
        self.hash = (self.hash ^ scramble(word)).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
}

impl fmt::Write for Murmur3 {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.write(text.as_bytes());
        Ok(())
    }
}

fn scramble(word: u32) -> u32 {
    word.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593)
}

/// Counts the bytes of a text that is written piece by piece.
#[derive(Debug, Default)]
pub(crate) struct TextLength(pub(crate) u64);

impl fmt::Write for TextLength {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len() as u64;
        Ok(())
    }
}

/// Feeds the deterministic CBOR of `value`; false where it has none (the evaluation data as a whole).
pub(crate) fn write_cbor(value: &Val, hash: &mut Murmur3) -> bool {
    match value {
        Val::Null => hash.write(&[0xf6]),
        Val::Bool(b) => hash.write(&[0xf4 | u8::from(*b)]),
        Val::Number(n) => write_cbor_number(*n, hash),
        Val::Text(s) => write_cbor_text(s, hash),
        Val::List(list) => {
            write_cbor_head(4, list.len() as u64, hash);
            return list.iter().all(|item| write_cbor(&item, hash));
        }
        Val::Object(Object::Data) => return false,
        Val::Object(Object::Json(map)) => {
            write_cbor_head(5, map.len() as u64, hash);
            // Bytewise order of encoded keys: the head makes shorter keys come first.
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by(|(a, _), (b, _)| (a.len(), a.as_bytes()).cmp(&(b.len(), b.as_bytes())));
            return entries.into_iter().all(|(key, value)| {
                write_cbor_text(key, hash);
                write_cbor(&Val::from(value), hash)
            });
        }
    }
    true
}

pub(crate) fn write_cbor_text(text: &str, hash: &mut Murmur3) {
    write_cbor_head(3, text.len() as u64, hash);
    hash.write(text.as_bytes());
}

pub(crate) fn write_cbor_list_head(length: u64, hash: &mut Murmur3) {
    write_cbor_head(4, length, hash);
}

pub(crate) fn write_cbor_text_head(length: u64, hash: &mut Murmur3) {
    write_cbor_head(3, length, hash);
}

fn write_cbor_head(major: u8, argument: u64, hash: &mut Murmur3) {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    let [.., last] = bytes;
    if argument < 24 {
        hash.write(&[major | last]);
    } else if argument <= 0xff {
        hash.write(&[major | 0x18, last]);
    } else if argument <= 0xffff {
        hash.write(&[major | 0x19]);
        hash.write(&bytes[6..]);
    } else if argument <= 0xffff_ffff {
        hash.write(&[major | 0x1a]);
        hash.write(&bytes[4..]);
    } else {
        hash.write(&[major | 0x1b]);
        hash.write(&bytes);
    }
}

/// Whole numbers that fit 64 bits are integers, however JSON wrote them; the others take the shortest exact float.
fn write_cbor_number(n: Number, hash: &mut Murmur3) {
    const TWO_64: f64 = 18_446_744_073_709_551_616.0;
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    match n {
        Number::Unsigned(n) => write_cbor_head(0, n, hash),
        Number::Signed(n) => write_cbor_integer(i128::from(n), hash),
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 65 bits")]
        Number::Float(n) if n.fract() == 0.0 && (-TWO_63..TWO_64).contains(&n) => {
            write_cbor_integer(n as i128, hash);
        }
        Number::Float(n) => write_cbor_float(n, hash),
    }
}

fn write_cbor_integer(n: i128, hash: &mut Murmur3) {
    if let Ok(n) = u64::try_from(n) {
        write_cbor_head(0, n, hash);
    } else if let Ok(n) = u64::try_from(-1 - n) {
        write_cbor_head(1, n, hash);
    }
}

fn write_cbor_float(n: f64, hash: &mut Murmur3) {
    #[expect(clippy::cast_possible_truncation, reason = "the test asks whether anything was lost")]
    let single = n as f32;
    if n.is_nan() {
        hash.write(&[0xf9, 0x7e, 0x00]);
    } else if f64::from(single).to_bits() != n.to_bits() {
        hash.write(&[0xfb]);
        hash.write(&n.to_be_bytes());
    } else if let Some(half) = half_bits(single) {
        hash.write(&[0xf9]);
        hash.write(&half.to_be_bytes());
    } else {
        hash.write(&[0xfa]);
        hash.write(&single.to_be_bytes());
    }
}

/// The bits of the half-precision float of the same value, where there is one.
fn half_bits(n: f32) -> Option<u16> {
    let bits = n.to_bits();
    let sign = (bits >> 16) & 0x8000;
    let exponent = (bits >> 23) & 0xff;
    let mantissa = bits & 0x7f_ffff;
    let half = match exponent {
        0xff => sign | 0x7c00 | (mantissa >> 13),
        113..=142 if mantissa.trailing_zeros() >= 13 => sign | ((exponent - 112) << 10) | (mantissa >> 13),
        // Subnormal halves are multiples of 2^-24.
        103..=112 => {
            let shift = 126 - exponent;
            let full = mantissa | 0x80_0000;
            if full.trailing_zeros() < shift {
                return None;
            }
            sign | (full >> shift)
        }
        0 if mantissa == 0 => sign,
        _ => return None,
    };
    u16::try_from(half).ok()
}
