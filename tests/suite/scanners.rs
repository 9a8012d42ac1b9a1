//! The rules for secret scanners are written from the program's own forms.
//!
//! `CLAVIGER_UPDATE_PICTURES=1 cargo test --test suite` writes them anew; otherwise they are compared.

use crate::pictures::compare;
use claviger::credential::forms;
use std::fmt::Write;

const HEAD: &str = "# Written by a test from claviger's own definition of Keys and Secrets. A pattern cannot hold a Secret's checksum:
# `claviger scan` tells a Secret from what only looks like one, and whose it is.
";

fn quoted(words: &[String], quote: char) -> String {
    let each: Vec<_> = words.iter().map(|word| format!("{quote}{word}{quote}")).collect();
    each.join(", ")
}

#[test]
fn the_rules_for_gitleaks_are_the_forms() {
    let mut text = format!(
        "# gitleaks dir --config gitleaks.toml .\n{HEAD}\ntitle = \"claviger\"\n\n[extend]\nuseDefault = true\n"
    );
    for form in forms() {
        let _ = write!(
            text,
            "\n[[rules]]\nid = \"{}\"\ndescription = \"{}\"\nregex = '''{}'''\nkeywords = [{}]\n",
            form.name,
            form.description,
            form.pattern,
            quoted(&form.prefixes, '"')
        );
    }
    let rules: toml::Table = toml::from_str(&text).unwrap();
    assert_eq!(rules["rules"].as_array().unwrap().len(), 2);
    compare("assets/scanners/gitleaks.toml", &text);
}

#[test]
fn the_rules_for_trufflehog_are_the_forms() {
    let mut text = format!(
        "# trufflehog filesystem --config trufflehog.yaml --results=unverified .\n{HEAD}\ndetectors:\n"
    );
    for form in forms() {
        let [name, group] = [form.name, form.name.trim_start_matches("claviger-")];
        let _ = write!(
            text,
            "  # {}\n  - name: {name}\n    keywords: [{}]\n    regex:\n      {group}: '({})'\n",
            form.description,
            form.prefixes.join(", "),
            form.pattern
        );
    }
    compare("assets/scanners/trufflehog.yaml", &text);
}
