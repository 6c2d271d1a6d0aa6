//! Whether times tell two kinds apart.

use portcullis::platform::rng::{Rng, SystemRng};

/// The most that a guess by time alone may be right, from 0.5 for a coin.
pub(crate) const AUC_LIMIT: f64 = 0.55;

/// Brings kinds into another order for each round.
pub(crate) fn shuffle(order: &mut [usize]) {
    let rng: &dyn Rng = &SystemRng;
    for last in (1..order.len()).rev() {
        let chance = u32::from_le_bytes(rng.bytes::<4>());
        order.swap(last, usize::try_from(chance).unwrap() % (last + 1));
    }
}

/// The one in the middle.
pub(crate) fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The chance to tell a sample of the one from a sample of the other by which took longer (Mann and Whitney's U).
pub(crate) fn auc(one: &[f64], other: &[f64]) -> f64 {
    let mut others = other.to_vec();
    others.sort_by(f64::total_cmp);
    let below = |time: &f64| {
        let less = others.partition_point(|it| it < time);
        let not_more = others.partition_point(|it| it <= time);
        less + not_more
    };
    let twice: usize = one.iter().map(below).sum();
    #[expect(clippy::cast_precision_loss, reason = "some millions")]
    let chance = twice as f64 / (2 * one.len() * other.len()) as f64;
    chance.max(1.0 - chance)
}
