//! Wrong usage in our own form: clap's errors as a sentence and a hint, without what they would echo.

use clap::CommandFactory;
use clap::error::ErrorKind;
use std::ffi::OsString;

use super::arguments::Arguments;
use super::failure::{Exit, Failure, holds_secret};

/// Refuses a command line that carries a Secret: it is in the shell's history and in the process list already.
///
/// # Errors
/// When any argument holds something of a Secret's form; the message does not repeat it.
pub fn refuse_secrets(arguments: &[OsString]) -> Result<(), Failure> {
    if arguments.iter().any(|argument| holds_secret(&argument.to_string_lossy())) {
        return Err(Failure::new(
            Exit::Usage,
            "A Secret was given on the command line, where others can see it",
            "treat it as exposed: disable its key. `verify` reads the Secret from standard input or CLAVIGER_SECRET",
        ));
    }
    Ok(())
}

/// Whether clap only wants something shown, such as `--help`.
pub fn is_display(error: &clap::Error) -> bool {
    matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
}

/// clap's error as a sentence and a hint.
pub fn failure(error: &clap::Error, arguments: &[OsString]) -> Failure {
    let rendered = error.render().to_string();
    let mut parts = rendered.split("\n\n");
    let joined = |part: &str| part.split('\n').map(str::trim).collect::<Vec<_>>().join(" ");
    let sentence = joined(parts.next().unwrap_or_default().trim_start_matches("error: "));
    let tip = parts.find_map(|part| part.trim().strip_prefix("tip: ").map(joined));
    let help = format!("`{} --help` shows examples", command_path(arguments));
    let hint = tip.map_or_else(|| help.clone(), |tip| format!("{tip}; {help}"));
    Failure::new(Exit::Usage, capitalised(&sentence), hint)
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.trim().chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `claviger keys create`, as far as the words are commands.
fn command_path(arguments: &[OsString]) -> String {
    let mut path = "claviger".to_owned();
    let mut command = &Arguments::command();
    for word in arguments.iter().skip(1) {
        if let Some(inner) = word.to_str().and_then(|word| command.find_subcommand(word)) {
            path.push(' ');
            path.push_str(inner.get_name());
            command = inner;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn message(line: &str) -> String {
        let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        failure(&Arguments::try_parse_from(&arguments).unwrap_err(), &arguments).text()
    }

    #[test]
    fn wrong_usage_is_one_sentence_and_a_hint() {
        for line in [
            "claviger keys",
            "claviger nonsense",
            "claviger keys list --colour",
            "claviger keys list --status maybe",
            "claviger keys create --description x",
            "claviger groups create --file f --code X",
            "claviger --expect-revision minus keys list",
            "claviger keys list --sort a --sort b",
            "claviger keys list --filter",
        ] {
            let text = message(line);
            let lines: Vec<_> = text.lines().collect();
            assert_eq!(lines.len(), 2, "{text}");
            assert!(lines[0].starts_with(char::is_uppercase) || lines[0].starts_with('\''), "{text}");
            assert!(lines[1].starts_with("hint: ") && lines[1].contains("--help`"), "{text}");
        }
        assert!(message("claviger keys create --description x").contains("--group <CODE>"));
        assert!(message("claviger keys create --description x").contains("`claviger keys create --help`"));
    }

    #[test]
    fn a_secret_among_the_arguments_is_refused_before_clap_can_echo_it() {
        let secret = "cs_prd_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGabcdef";
        let refused = refuse_secrets(&["claviger".into(), format!("--key={secret}").into()]).unwrap_err();
        assert_eq!(refused.exit, Exit::Usage);
        assert!(!refused.text().contains("0123456789"));
        assert!(refuse_secrets(&["claviger".into(), "--filter=cs_prd_".into()]).is_ok());
    }
}
