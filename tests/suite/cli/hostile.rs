//! Input that means harm: refused in a sentence, escaped where it is shown, never echoed where it could be a Secret.

use super::house::House;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

#[test]
fn a_secret_on_the_command_line_is_never_echoed() {
    let house = House::new();
    let pair = house.key("HR");
    let secret = pair.secret.as_str();
    let attached = format!("--key={secret}");
    let lines: [&[&str]; 10] = [
        &["verify", "--key", secret],
        &["verify", &attached],
        &["verify", "--key", &pair.key, secret],
        &["verify", "--secret", secret, "--key", &pair.key],
        &[secret],
        &["keys", "show", secret],
        &["keys", "list", "--sort", secret],
        &["keys", "create", "--group", "HR", "--description", secret],
        &["--expect-revision", secret, "keys", "list"],
        &["keys", "create", "--group", "HR", "--description", "a", "--env", secret],
    ];
    for words in lines {
        let said = house.run("").args(words).fails(2);
        assert!(!said.err.contains(&secret[7..20]) && said.err.contains("Secret"), "{words:?}: {}", said.err);
    }
    // Without its prefix it is caught by its looks.
    let said = house.run("verify --key").args([&pair.key, &secret[7..]]).fails(2);
    assert!(!said.err.contains(&secret[10..30]), "{}", said.err);
    assert_eq!(house.keys().len(), 1);
}

#[test]
fn words_that_are_no_text_are_refused() {
    let house = House::new();
    let bad = || OsString::from_vec(vec![0x66, 0xff, 0x6f]);
    house.run("keys show").arg(bad()).fails(2);
    house.run("keys create --group HR --description").arg(bad()).fails(2);
    house.run("").arg(bad()).fails(2);
}

#[test]
fn what_is_refused_is_shown_harmlessly() {
    let house = House::new();
    for hostile in ["\u{1b}[2J\u{1b}]52;c;AAAA\u{7}", "a\u{202e}b", "x\ny\u{0085}z", "\u{feff}", "\u{e0041}"]
    {
        for line in [
            "keys show",
            "keys list --sort",
            "keys create --group HR --description",
            "groups show",
            "groups create --template",
            "keys list --status",
            "changes --since",
            "frob",
            "groups create --file",
            "keys import --secrets o",
        ] {
            let (code, said) = house.run(line).arg(hostile).said();
            assert!(matches!(code, Some(1 | 2)), "{line}: {}", said.err);
            let shown = said.err.chars().find(|&c| c != '\n' && claviger::model::text::is_hostile(c));
            assert_eq!(shown, None, "{line}: {:?}", said.err);
        }
    }
}

#[test]
fn huge_values_are_refused_without_harm() {
    let house = House::new();
    let huge = "x".repeat(100_000);
    for line in [
        "keys create --group HR --description",
        "keys create --description a --group",
        "keys show",
        "groups show",
        "keys list --sort",
        "keys create --group HR --description a --expires",
    ] {
        house.run(line).arg(&huge).fails(2);
    }
    house.run("keys list --filter").arg(&huge).ok();
    let said = house.run("keys show").args(vec!["ck_prd_0000000000000000"; 20_000]).fails(1);
    assert!(said.err.len() < 1000, "{}", said.err.len());
}

#[test]
fn a_group_file_with_hostile_text_never_reaches_the_store() {
    let house = House::new();
    for (field, value) in [("table", "A\u{202e}"), ("table", ""), ("table", " A ")] {
        let group =
            serde_json::json!({"code": "X", "description": "d", "role": "READ", "tables": [{field: value}]});
        house.run("groups create --file -").stdin(group.to_string()).fails(1);
    }
    house.run("groups show X").fails(1);
}

#[test]
fn a_crash_leaves_no_memory_on_disk() {
    let house = House::new();
    house.file("keys.csv", format!("description,group\n{}", "x,HR\n".repeat(500)));
    let mut child = house.run("keys import keys.csv --secrets out.csv").command.spawn().unwrap();
    while !house.path("out.csv").exists() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(line.split_whitespace().nth(4), Some("0"), "{line}");
}
