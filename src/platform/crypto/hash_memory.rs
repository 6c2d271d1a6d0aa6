//! The memory that one thread hashes in, kept from one hash to the next.

use argon2::Block;

/// Blocks of 1 KiB. Asking the allocator for them anew at every hash makes the process grow without bound under
/// load; keeping them makes it flat.
pub(super) struct HashMemory {
    blocks: Vec<Block>,
    usual: usize,
}

impl HashMemory {
    /// Memory that keeps at most `usual` blocks between two hashes. None is taken yet.
    pub(super) fn new(usual: usize) -> Self {
        Self {
            blocks: Vec::new(),
            usual,
        }
    }

    /// At least `count` blocks, holding whatever was left in them: Argon2 writes each before it reads it.
    pub(super) fn blocks(&mut self, count: usize) -> argon2::Result<&mut [Block]> {
        if self.blocks.len() < count {
            // First gone, then new: growing would copy what nobody reads.
            self.blocks = Vec::new();
            self.blocks
                .try_reserve_exact(count)
                .map_err(|_| argon2::Error::OutOfMemory)?;
            self.blocks.resize(count, Block::new());
        }
        Ok(&mut self.blocks)
    }

    /// To be called after each hash: gives back what was taken for an unusually large one.
    pub(super) fn settle(&mut self) {
        if self.blocks.len() > self.usual {
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
