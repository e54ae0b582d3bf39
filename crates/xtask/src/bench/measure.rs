//! Times of repeated runs, and the peak memory of a child process.

use std::error::Error;
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What repeated runs took.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub(super) min: Duration,
    pub(super) median: Duration,
}

impl Times {
    /// The times of at least one run.
    pub(super) fn of(mut runs: Vec<Duration>) -> Option<Self> {
        runs.sort();
        Some(Self { min: *runs.first()?, median: *runs.get(runs.len() / 2)? })
    }
}

/// Runs once for nothing, then `runs` times.
pub(super) fn repeat(
    runs: usize,
    mut once: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<Option<Times>, Box<dyn Error>> {
    let [times] = in_turn(runs, [&mut once]);
    times
}

/// Something to measure.
pub(super) type Task<'t> = &'t mut dyn FnMut() -> Result<(), Box<dyn Error>>;

/// Runs each task once for nothing, then `runs` times, one after the other in turn: what the machine gives changes by the
/// minute, and a ratio is to tell of the tasks. One that fails is not run again.
pub(super) fn in_turn<const N: usize>(
    runs: usize,
    mut tasks: [Task<'_>; N],
) -> [Result<Option<Times>, Box<dyn Error>>; N] {
    let mut taken = [const { Ok(Vec::new()) }; N];
    for run in 0..=runs {
        for (task, taken) in tasks.iter_mut().zip(&mut taken) {
            let Ok(times) = taken else { continue };
            let start = Instant::now();
            match task() {
                Ok(()) if run > 0 => times.push(start.elapsed()),
                Ok(()) => {}
                Err(error) => *taken = Err(error),
            }
        }
    }
    taken.map(|taken| taken.map(Times::of))
}

/// Runs a command that must succeed, its output thrown away.
pub(super) fn succeed(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let done = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?
        .wait_with_output()?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(format!("{} ({})", said.lines().last().unwrap_or("it said nothing"), done.status).into())
}

/// The largest resident size of one run in bytes, read from /proc while it runs; nothing where there is no /proc.
pub(super) fn peak(command: &mut Command) -> Result<Option<u64>, Box<dyn Error>> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait()?.is_none() {
        if let Ok(text) = fs::read_to_string(&status) {
            let kib = text
                .lines()
                .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
            peak = kib.map(|kib| kib * 1024).or(peak);
        }
        thread::sleep(Duration::from_micros(500));
    }
    Ok(peak)
}
