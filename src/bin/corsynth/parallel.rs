//! Work on many files at once, whose results come in the order of the files.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// How many results are handed over at once.
const MOST_TOGETHER: usize = 16;

/// Does `work` on every item, on as many threads as there are cores, or as `threads` says; hands each result to `take`
/// in the order of the items, as soon as those before it are taken. Ends with the first error of `take`.
pub(crate) fn in_order<I: Sync, R: Send, E>(
    items: &[I],
    threads: Option<NonZeroUsize>,
    work: impl Fn(&I) -> R + Sync,
    mut take: impl FnMut(&I, R) -> Result<(), E>,
) -> Result<(), E> {
    let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = threads.map_or_else(cores, NonZeroUsize::get).min(items.len());
    if threads <= 1 {
        return items.iter().try_for_each(|item| take(item, work(item)));
    }
    // Whoever is handed a result has to be woken, so that many small ones go together; few large ones are shared out evenly.
    let together = (items.len() / (threads * 16)).clamp(1, MOST_TOGETHER);
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        // A full channel holds back who is far ahead, so that not all results wait in memory.
        let (sender, receiver) = mpsc::sync_channel(threads * 4);
        for _ in 0..threads {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let first = next.fetch_add(together, Ordering::Relaxed);
                    let share: Vec<R> = items.iter().skip(first).take(together).map(work).collect();
                    // Nobody receives after an error.
                    if share.is_empty() || sender.send((first, share)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut left = items.iter();
        let mut due = 0;
        for (first, share) in receiver {
            waiting.insert(first, share);
            while let Some(share) = waiting.remove(&due) {
                due += share.len();
                share.into_iter().zip(&mut left).try_for_each(|(result, item)| take(item, result))?;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(items: &[usize], threads: usize) -> Vec<(usize, usize)> {
        let mut taken = Vec::new();
        let work = |item: &usize| {
            // Later ones are done sooner.
            thread::yield_now();
            item * 2
        };
        let done = in_order(items, NonZeroUsize::new(threads), work, |item, result| {
            taken.push((*item, result));
            Ok::<_, ()>(())
        });
        assert_eq!(done, Ok(()));
        taken
    }

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        let items: Vec<usize> = (0..5000).collect();
        let expected: Vec<_> = items.iter().map(|item| (*item, item * 2)).collect();
        for threads in [1, 2, 3, 8, 33] {
            assert_eq!(taken(&items, threads), expected);
        }
        assert_eq!(taken(&[], 4), []);
        assert_eq!(taken(&[7], 4), [(7, 14)]);
    }

    #[test]
    fn an_error_ends_the_work() {
        let items: Vec<usize> = (0..100_000).collect();
        let done = AtomicUsize::new(0);
        let work = |item: &usize| {
            done.fetch_add(1, Ordering::Relaxed);
            *item
        };
        let result =
            in_order(&items, NonZeroUsize::new(4), work, |_, result| if result < 10 { Ok(()) } else { Err(result) });
        assert_eq!(result, Err(10));
        assert!(done.load(Ordering::Relaxed) < items.len());
    }
}
