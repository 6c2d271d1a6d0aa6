//! The result of a verification as text and as JSON.

use serde_json::{Value, json};

use crate::features::audit::{Finding, Report};

/// One line with what was read; before that, one for each finding.
pub(super) fn lines(report: &Report) -> String {
    let mut lines: Vec<_> = report.findings.iter().map(Finding::to_string).collect();
    let shown = u64::try_from(lines.len()).unwrap_or(u64::MAX);
    let hidden = report.finding_count.saturating_sub(shown);
    if hidden > 0 {
        lines.push(format!("and {hidden} more"));
    }
    lines.push(summary(report));
    lines.join("\n")
}

fn summary(report: &Report) -> String {
    let mut parts = vec![format!("events: {}, seals: {}", report.events, report.seals)];
    if report.unsealed > 0 {
        parts.push(format!("not sealed yet: {}", report.unsealed));
    }
    if report.erased > 0 {
        parts.push(format!("personal part erased: {}", report.erased));
    }
    if report.removed_to > 0 {
        parts.push(format!(
            "removed because of their age: up to seal {}",
            report.removed_to
        ));
    }
    if let Some(last) = &report.last_seal {
        parts.push(format!("last seal: {}:{}", last.seq, last.mac));
    }
    parts.join(", ")
}

/// What may be wrong, though it is no finding.
pub(super) fn warning(report: &Report) -> Option<String> {
    let overdue = report.overdue;
    (overdue > 0).then(|| {
        format!(
            "events that are older than 10 minutes and not sealed: {overdue}; a running server seals every minute, and \
             until then nothing shows if one of them is removed"
        )
    })
}

/// Everything.
pub(super) fn value(report: &Report) -> Value {
    let findings: Vec<_> = report.findings.iter().map(finding).collect();
    json!({
        "events": report.events,
        "seals": report.seals,
        "erased": report.erased,
        "unsealed": report.unsealed,
        "overdue": report.overdue,
        "removedTo": report.removed_to,
        "lastSeal": report.last_seal.as_ref().map(|last| format!("{}:{}", last.seq, last.mac)),
        "findingCount": report.finding_count,
        "findings": findings,
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "code": finding.code(),
        "event": finding.row().map(|id| id.to_string()),
        "seal": finding.seal(),
        "message": finding.to_string(),
    })
}
