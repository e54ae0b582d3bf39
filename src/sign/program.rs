//! A program that signs: it keeps the key, in a KMS or an HSM. Bytes in, signature out; the signature is believed once it
//! verifies.

use std::io::{self, Read as _, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

/// More than any signature, encoded or not.
const MAX_OUTPUT_BYTES: u64 = 1 << 14;

/// Runs a program with its arguments, split at white space, and gives what it wrote; the error says what went wrong.
pub(super) fn run(command: &str, message: &[u8]) -> Result<Vec<u8>, String> {
    let mut words = command.split_whitespace();
    let program = words.next().ok_or("no program is named")?;
    let child = Command::new(program)
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("it cannot be started: {error}"))?;
    let (status, output, complaint) =
        talk(child, message).map_err(|error| format!("it cannot be talked to: {error}"))?;
    if !status.success() {
        let complaint = last_line(&complaint).map(|line| format!(": {line}")).unwrap_or_default();
        return Err(format!("{status}{complaint}"));
    }
    Ok(output)
}

/// All three streams at once, so that neither side waits for the other.
fn talk(mut child: Child, message: &[u8]) -> io::Result<(ExitStatus, Vec<u8>, Vec<u8>)> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (output, complaint) = thread::scope(|scope| {
        scope.spawn(move || {
            // A program that does not read to the end says so with its status or with a wrong signature.
            stdin.map(|mut stdin| stdin.write_all(message))
        });
        let complaint = scope.spawn(move || drain(stderr));
        (drain(stdout), complaint.join().unwrap_or_else(|_| Ok(Vec::new())))
    });
    let status = child.wait()?;
    Ok((status, output?, complaint?))
}

/// Reads to the end and keeps the first bytes.
fn drain(stream: Option<impl io::Read>) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    if let Some(mut stream) = stream {
        stream.by_ref().take(MAX_OUTPUT_BYTES).read_to_end(&mut kept)?;
        io::copy(&mut stream, &mut io::sink())?;
    }
    Ok(kept)
}

fn last_line(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().filter(|character| !character.is_control()).collect())
}
