//! Which engine hashes passwords, and whether it computes correctly on this machine.

use super::finding::Finding;
use crate::platform::crypto::{HashEngine, WrongAnswer, check_engine, instructions};

/// The finding about the engine that a server with this setting uses on this machine.
pub(super) fn finding(configured: HashEngine) -> Finding {
    check_with(configured, instructions(), check_engine)
}

fn check_with(
    configured: HashEngine,
    instructions: Option<&str>,
    check: impl FnOnce(HashEngine) -> Result<(), WrongAnswer>,
) -> Finding {
    const ABOUT: &str = "hash engine";
    let engine = configured.with(instructions);
    if let Err(wrong) = check(engine) {
        let advice = format!("the server does not start: {}", wrong.todo());
        return Finding::error(ABOUT, wrong.to_string(), advice);
    }
    let name = engine.name();
    if engine != configured {
        let seen = format!("{name}, because this processor has no instructions that make another one faster");
        let advice = "set hash_engine to portable to avoid this warning at each start";
        return Finding::warning(ABOUT, seen, advice);
    }
    let seen = match (engine, instructions) {
        (HashEngine::Portable, Some(instructions)) => format!(
            "{name}; hash_engine = simd would be faster on this processor, with {instructions}, but is not audited"
        ),
        (HashEngine::Portable, None) => format!("{name}; there is no faster engine for this processor"),
        (_, instructions) => format!("{name}, with {}", instructions.unwrap_or_default()),
    };
    Finding::ok(ABOUT, seen)
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Severity, *};

    #[test]
    fn what_is_in_use_and_what_would_be_faster_is_told() {
        use HashEngine::{Portable, Simd};
        use Severity::{Ok, Warning};
        let table = [
            (
                Portable,
                Some("AVX2"),
                Ok,
                "portable; hash_engine = simd would be faster",
            ),
            (Portable, None, Ok, "portable; there is no faster engine"),
            (Simd, Some("AVX2"), Ok, "simd, with AVX2"),
            (
                Simd,
                None,
                Warning,
                "portable, because this processor has no instructions",
            ),
        ];
        for (configured, instructions, severity, start) in table {
            let finding = check_with(configured, instructions, check_engine);
            assert_eq!(finding.severity, severity, "{configured:?}, {instructions:?}");
            assert!(finding.seen.starts_with(start), "{}", finding.seen);
            assert_eq!(finding.advice.is_some(), severity != Ok);
        }
    }

    #[test]
    fn an_engine_that_computes_wrongly_is_wrong() {
        let table = [
            (HashEngine::Simd, "set hash_engine to portable"),
            (HashEngine::Portable, "examine the processor"),
        ];
        for (engine, todo) in table {
            let finding = check_with(engine, Some("AVX2"), |engine| Err(WrongAnswer::of(engine)));
            assert_eq!(finding.severity, Severity::Error);
            assert!(finding.seen.contains(engine.name()), "{}", finding.seen);
            assert!(finding.advice.is_some_and(|advice| advice.contains(todo)));
        }
    }
}
