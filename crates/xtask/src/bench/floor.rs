//! The floor: what it costs two threads to find and read every file, and to do nothing with it.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

/// Reads all files below `folder`; how many bytes there were.
pub(super) fn read_all(folder: &Path) -> io::Result<usize> {
    // Both threads take folders from one list and put the folders they find back on it.
    let queue = Mutex::new(Queue { folders: vec![folder.to_path_buf()], working: 0 });
    thread::scope(|scope| {
        let workers = [scope.spawn(|| work(&queue)), scope.spawn(|| work(&queue))];
        let mut total = 0;
        for worker in workers {
            total += worker.join().map_err(|_| io::Error::other("a reader stopped"))??;
        }
        Ok(total)
    })
}

struct Queue {
    folders: Vec<PathBuf>,
    /// Threads that may still put folders on the list.
    working: usize,
}

enum Next {
    Folder(PathBuf),
    Wait,
    Done,
}

fn work(queue: &Mutex<Queue>) -> io::Result<usize> {
    let mut total = 0;
    let mut buffer = Vec::with_capacity(64 * 1024);
    loop {
        match next(queue)? {
            Next::Folder(folder) => {
                let found = read_folder(&folder, &mut buffer, &mut total);
                let mut queue = queue.lock().map_err(|_| io::Error::other("a reader stopped"))?;
                queue.working -= 1;
                queue.folders.extend(found?);
            }
            Next::Wait => thread::yield_now(),
            Next::Done => return Ok(total),
        }
    }
}

fn next(queue: &Mutex<Queue>) -> io::Result<Next> {
    let mut queue = queue.lock().map_err(|_| io::Error::other("a reader stopped"))?;
    Ok(match queue.folders.pop() {
        Some(folder) => {
            queue.working += 1;
            Next::Folder(folder)
        }
        None if queue.working > 0 => Next::Wait,
        None => Next::Done,
    })
}

/// Reads one folder's files and returns the folders in it.
fn read_folder(folder: &Path, buffer: &mut Vec<u8>, total: &mut usize) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.path());
            continue;
        }
        buffer.clear();
        *total += fs::File::open(entry.path())?.read_to_end(buffer)?;
    }
    Ok(folders)
}
