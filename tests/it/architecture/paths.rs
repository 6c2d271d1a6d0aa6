//! The paths that a source file names, in `use` and elsewhere.

/// Each path as its segments, with the line that it ends on. `self` and `super` at the beginning are resolved for
/// modules that are files; groups in braces are spread out.
pub(super) fn paths(file: &str, text: &str) -> Vec<(usize, Vec<String>)> {
    let module = module(file);
    let mut found = Vec::new();
    // The prefixes of the open braces.
    let mut groups: Vec<Vec<String>> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let tokens = tokens(text);
    for (index, (line, token)) in tokens.iter().enumerate() {
        let follows = index.checked_sub(1).and_then(|before| tokens.get(before));
        let continues = follows.is_some_and(|(_, before)| before == "::") && !path.is_empty();
        match token.as_str() {
            "::" => continue,
            "{" if continues => {
                groups.push(std::mem::take(&mut path));
                continue;
            }
            "{" | "}" | "," | ";" => {}
            _ if continues => {
                path.push(token.clone());
                continue;
            }
            _ => {}
        }
        if !path.is_empty() {
            found.push((follows.map_or(*line, |(line, _)| *line), resolved(&path, &module)));
            path.clear();
        }
        match token.as_str() {
            "}" => drop(groups.pop()),
            "{" | "," | ";" => {}
            word => {
                path.extend(groups.last().cloned().unwrap_or_default());
                path.push(word.to_owned());
            }
        }
    }
    found
}

/// `src/features/user/store.rs` is `crate::features::user::store`.
pub(super) fn module(file: &str) -> Vec<String> {
    let within = file.split_once("src/").map_or(file, |(_, within)| within);
    let names = within.trim_end_matches(".rs").split('/');
    let names = names.filter(|name| !matches!(*name, "mod" | "lib" | "main"));
    std::iter::once("crate").chain(names).map(str::to_owned).collect()
}

fn resolved(path: &[String], module: &[String]) -> Vec<String> {
    let ups = path.iter().take_while(|name| *name == "super").count();
    let rest = if ups == 0 && path[0] != "self" {
        return path.to_vec();
    } else if ups == 0 {
        &path[1..]
    } else {
        &path[ups..]
    };
    let base = &module[..module.len().saturating_sub(ups).max(1)];
    [base, rest].concat()
}

/// Names and the marks that paths are made of, without comments, strings and characters. Other marks are `;`.
fn tokens(text: &str) -> Vec<(usize, String)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let line_of = |rest: &str| text[..text.len() - rest.len()].matches('\n').count() + 1;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(quotes) = raw_string(rest) {
            quotes
        } else if first == '"' {
            string(rest)
        } else if first == '\'' {
            character(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            let word = &rest[..end.unwrap_or(rest.len())];
            tokens.push((line_of(rest), word.to_owned()));
            word.len()
        } else if rest.starts_with("::") {
            tokens.push((line_of(rest), "::".to_owned()));
            2
        } else {
            if !first.is_whitespace() {
                let mark = if "{},".contains(first) { first } else { ';' };
                tokens.push((line_of(rest), mark.to_string()));
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// Length of the raw string that `text` begins with.
fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.trim_start_matches('b').strip_prefix('r')?;
    let marks = hashes.len() - hashes.trim_start_matches('#').len();
    hashes[marks..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(marks));
    let begin = text.find('"')? + 1;
    Some(text[begin..].find(&end)? + begin + end.len())
}

/// Length of the string that `text` begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of the character that `text` begins with, or of the mark of a lifetime.
fn character(text: &str) -> usize {
    let mut inside = text.chars().skip(1);
    match (inside.next(), inside.next()) {
        (Some('\\'), _) => text[2..].find('\'').map_or(1, |end| {
            // An escaped quote is followed by the one that ends it.
            if text[2..].starts_with('\'') { 4 } else { end + 3 }
        }),
        (Some(c), Some('\'')) => c.len_utf8() + 2,
        _ => 1,
    }
}
