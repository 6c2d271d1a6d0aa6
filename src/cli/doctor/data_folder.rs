//! Who else can change the contents of the data folder.

use super::finding::Finding;
use crate::platform::config::Config;

const ABOUT: &str = "data folder";

/// The checks that a start makes too. Empty if there is no problem, or if the folder is not in use or does not exist
/// yet.
pub(super) fn findings(config: &Config) -> Vec<Finding> {
    let problems = config.data_folder_problems().into_iter();
    problems
        .map(|problem| {
            let finding = if problem.is_refused {
                Finding::error
            } else {
                Finding::warning
            };
            finding(ABOUT, problem.seen, problem.advice.to_owned())
        })
        .collect()
}
