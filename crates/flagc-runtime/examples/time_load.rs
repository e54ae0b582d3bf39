//! How long this runtime takes to load a signed bundle: `time_load BUNDLE TRUST ENVIRONMENT` prints `load NANOSECONDS` a
//! few times: verified, compiled, ready to evaluate.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use flagc_runtime::trust::TrustFile;
use flagc_runtime::verify::{VerifyOptions, verify};

const TIMES: u32 = 15;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let bundle = std::fs::read(arguments.next().ok_or("no bundle")?)?;
    let trust = TrustFile::from_bytes(&std::fs::read(arguments.next().ok_or("no trust file")?)?)?;
    let options = VerifyOptions::new(arguments.next().ok_or("no environment")?);
    for _ in 0..TIMES {
        let start = Instant::now();
        let verified = verify(black_box(&bundle), &trust, &options)?;
        println!("load {}", start.elapsed().as_nanos());
        drop(verified);
    }
    Ok(())
}
