//! An engine on one thread, with the memory that it reuses from hash to hash.

use argon2::{Argon2, AssociatedData, ParamsBuilder};

use super::{
    argon2_input::{Argon2Input, HashError},
    hash_cost::HashCost,
    hash_engine::HashEngine,
    hash_memory::HashMemory,
    simd_engine::SimdMemory,
};

/// Computes hashes on the thread that it belongs to.
pub(super) enum HashWorker {
    Portable(HashMemory),
    Simd(SimdMemory),
}

impl HashWorker {
    /// A worker that keeps at most `usual_blocks` KiB between two hashes. Allocates nothing yet.
    pub(super) fn new(engine: HashEngine, usual_blocks: usize) -> Self {
        match engine {
            HashEngine::Portable => Self::Portable(HashMemory::new(usual_blocks)),
            HashEngine::Simd => Self::Simd(SimdMemory::new(usual_blocks)),
        }
    }

    /// Computes a hash into `out`, of its length. Fails if Argon2 is not defined for these values, or if there is not
    /// enough memory.
    pub(super) fn compute(
        &mut self,
        input: &Argon2Input<'_>,
        password: &[u8],
        out: &mut [u8],
    ) -> Result<(), HashError> {
        #[cfg(test)]
        work_log::note(input.cost);
        match self {
            Self::Portable(memory) => compute(memory, input, password, out)?,
            Self::Simd(memory) => memory.compute(input, password, out)?,
        }
        Ok(())
    }

    /// Must be called after each hash: frees the memory of an unusually large one.
    pub(super) fn settle(&mut self) {
        match self {
            Self::Portable(memory) => memory.settle(),
            Self::Simd(memory) => memory.settle(),
        }
    }

    /// Blocks that it holds, and the address of the first if the engine exposes it.
    #[cfg(test)]
    pub(super) fn kept(&mut self) -> (usize, Option<usize>) {
        match self {
            Self::Portable(memory) => {
                let blocks = memory.blocks(0).unwrap();
                (blocks.len(), Some(blocks.as_ptr().addr()))
            }
            Self::Simd(memory) => (memory.blocks(), None),
        }
    }
}

fn compute(
    memory: &mut HashMemory,
    input: &Argon2Input<'_>,
    password: &[u8],
    out: &mut [u8],
) -> argon2::Result<()> {
    let HashCost {
        memory_kib,
        iterations,
        parallelism,
    } = input.cost;
    let params = ParamsBuilder::new()
        .m_cost(memory_kib)
        .t_cost(iterations)
        .p_cost(parallelism)
        .data(AssociatedData::new(input.data)?)
        .output_len(out.len())
        .build()?;
    let blocks = memory.blocks(params.block_count())?;
    Argon2::new_with_secret(input.secret, input.algorithm, input.version, params)?
        .hash_password_into_with_memory(password, input.salt, out, blocks)
}

/// Counts the blocks that the workers of this thread have filled.
#[cfg(test)]
pub(super) mod work_log {
    use std::cell::Cell;

    use super::HashCost;

    thread_local! {
        static BLOCKS: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn note(cost: HashCost) {
        BLOCKS.set(BLOCKS.get() + u64::from(cost.memory_kib) * u64::from(cost.iterations));
    }

    /// Blocks filled since the last call.
    pub(in super::super) fn take() -> u64 {
        BLOCKS.take()
    }
}

#[cfg(test)]
mod tests;
