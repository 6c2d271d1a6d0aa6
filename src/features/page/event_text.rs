//! What happened, in the visitor's language.

use crate::{
    features::{activity::Activity, audit::EventKind},
    platform::i18n::Language,
};

/// What happened, as a sentence.
pub(super) fn sentence(t: &Language, activity: &Activity) -> String {
    let text = match (activity.kind, activity.event.subject_id) {
        (EventKind::UserViewed, None) => "event-user-viewed-list".to_owned(),
        (kind, _) => text_of(kind),
    };
    t.with(&text, &[("count", count(activity).into())])
}

/// Name of the sentence for a kind of event.
pub(super) fn text_of(kind: EventKind) -> String {
    format!("event-{}", kind.word().replace('_', "-"))
}

/// The value of a fact.
pub(super) fn fact<'a>(facts: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
    let found = facts.iter().find(|(name, _)| name == wanted);
    found.map(|(_, value)| value.as_str())
}

/// How often it happened. Only refused sign-ins are counted.
fn count(activity: &Activity) -> u64 {
    if activity.kind != EventKind::LoginFailed {
        return 1;
    }
    let counts = activity.event.details.iter();
    let counts = counts.filter_map(|(_, count)| count.parse::<u64>().ok());
    counts.fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::page::TEXTS;

    #[test]
    fn every_kind_of_event_has_a_sentence_in_every_language() {
        for kind in EventKind::ALL {
            let line = format!("\n{} = ", text_of(*kind));
            for (language, texts) in TEXTS {
                assert!(texts.contains(&line), "{language}: {line}");
            }
        }
    }
}
