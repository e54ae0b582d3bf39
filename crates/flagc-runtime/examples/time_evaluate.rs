//! How long this runtime takes, in the protocol that `tests/peers/bench/evaluate.mjs` and `.py` speak:
//! `time_evaluate DOCUMENT CONTEXT FLAG…` prints `load NANOSECONDS`, then `FLAG NANOSECONDS` for one boolean evaluation.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use flagc_runtime::{At, Context, Document, Evaluator};

const CALLS: u32 = 200_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let document = arguments.next().ok_or("no document")?;
    let context = arguments.next().ok_or("no context")?;
    let flags: Vec<String> = arguments.collect();
    let bytes = std::fs::read(document)?;
    let context =
        Context::from_value(serde_json::from_str(&context)?).ok_or("the context is not an object")?;
    let mut evaluator = Evaluator::new(Document::from_bytes(&bytes)?);
    for _ in 0..3 {
        let start = Instant::now();
        evaluator = Evaluator::new(Document::from_bytes(black_box(&bytes))?);
        println!("load {}", start.elapsed().as_nanos());
    }
    let at = At::system_clock();
    for _ in 0..7 {
        for flag in &flags {
            let start = Instant::now();
            for _ in 0..CALLS {
                black_box(evaluator.boolean(black_box(flag), &context, at));
            }
            println!("{flag} {}", start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
        }
    }
    Ok(())
}
