//! The memory that one thread hashes in, reused from hash to hash.

use argon2::Block;

/// Blocks of 1 KiB. Allocating them for every hash makes the process grow without bound under load; reusing them keeps
/// its memory constant.
pub(super) struct HashMemory {
    blocks: Vec<Block>,
    max_kept: usize,
}

impl HashMemory {
    /// Memory that keeps at most `max_kept` blocks between two hashes. Allocates nothing yet.
    pub(super) fn new(max_kept: usize) -> Self {
        Self {
            blocks: Vec::new(),
            max_kept,
        }
    }

    /// At least `count` blocks with arbitrary content: Argon2 writes each before it reads it.
    pub(super) fn blocks(&mut self, count: usize) -> argon2::Result<&mut [Block]> {
        if self.blocks.len() < count {
            // Free before allocating: growing would copy blocks that nobody reads.
            self.blocks = Vec::new();
            self.blocks
                .try_reserve_exact(count)
                .map_err(|_| argon2::Error::OutOfMemory)?;
            self.blocks.resize(count, Block::new());
        }
        Ok(&mut self.blocks)
    }

    /// Must be called after each hash: frees the memory of an unusually large one.
    pub(super) fn settle(&mut self) {
        if self.blocks.len() > self.max_kept {
            self.blocks = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_blocks_serve_every_hash_of_the_usual_size_and_smaller() {
        let mut memory = HashMemory::new(64);
        let first = memory.blocks(64).unwrap().as_ptr();
        for count in [64, 8, 64] {
            memory.settle();
            assert_eq!(memory.blocks(count).unwrap().as_ptr(), first);
        }
        assert_eq!(memory.blocks.capacity(), 64);
    }

    #[test]
    fn what_a_larger_hash_took_is_given_back() {
        let mut memory = HashMemory::new(64);
        assert_eq!(memory.blocks(512).unwrap().len(), 512);
        memory.settle();
        assert_eq!(memory.blocks.capacity(), 0);
        assert_eq!(memory.blocks(64).unwrap().len(), 64);
    }

    #[test]
    fn more_than_can_be_had_is_an_error() {
        let mut memory = HashMemory::new(64);
        assert_eq!(
            memory.blocks(usize::MAX / 2).err(),
            Some(argon2::Error::OutOfMemory)
        );
        assert!(memory.blocks(64).is_ok());
    }
}
