//! Who may look: nobody but the owner, whatever the umask; and a place that others could change is refused.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use claviger::store::StoreError;

use super::ground::{Ground, open};

fn refusal(dir: &Path) -> (String, String) {
    match open(dir) {
        Err(StoreError::Refused { sentence, hint }) => (sentence, hint),
        other => panic!("not refused: {other:?}"),
    }
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn made() -> Ground {
    let ground = Ground::new();
    ground.fill(3).0.close().unwrap();
    ground
}

#[test]
fn whatever_the_umask_directory_and_files_are_the_owners_alone() {
    for mask in ["000", "022", "077"] {
        let ground = Ground::new();
        let script = format!("umask {mask}; exec \"$0\" --exact store::permissions::makes_a_store --ignored");
        let program = std::env::current_exe().unwrap();
        let mut child = std::process::Command::new("sh");
        let status =
            child.arg("-c").arg(script).arg(program).env("CLAVIGER_TEST_DIR", &ground.dir).output().unwrap();
        assert!(status.status.success(), "{status:?}");
        let mut seen = 0;
        let mut look = vec![ground.dir.clone()];
        while let Some(path) = look.pop() {
            let meta = fs::symlink_metadata(&path).unwrap();
            assert_eq!(
                meta.mode() & 0o777,
                if meta.is_dir() { 0o700 } else { 0o600 },
                "{} umask {mask}",
                path.display()
            );
            seen += 1;
            if meta.is_dir() {
                look.extend(fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
            }
        }
        assert!(seen >= 8, "{seen} entries");
        open(&ground.dir).unwrap();
    }
}

#[test]
#[ignore = "not a test of its own: run as a child under another umask"]
fn makes_a_store() {
    let Some(dir) = std::env::var_os("CLAVIGER_TEST_DIR") else { return };
    let opening = claviger::store::Opening { create: true, expect_revision: None };
    claviger::store::Store::open(Path::new(&dir), &opening).unwrap().0.close().unwrap();
}

#[test]
fn a_directory_or_file_open_to_others_is_refused_with_the_command_that_mends_it() {
    let ground = made();
    for (name, bad, good) in
        [("", 0o750, 0o700), ("journal", 0o644, 0o600), ("head", 0o606, 0o600), ("index", 0o711, 0o700)]
    {
        let path = if name.is_empty() { ground.dir.clone() } else { ground.dir.join(name) };
        chmod(&path, bad);
        let (sentence, hint) = refusal(&ground.dir);
        assert!(sentence.contains(path.to_str().unwrap()), "{sentence}");
        assert_eq!(hint, format!("chmod {good:o} {}", path.display()));
        chmod(&path, good);
    }
    open(&ground.dir).unwrap();
}

#[test]
fn a_parent_that_others_can_write_is_refused_unless_it_is_sticky() {
    let ground = made();
    let parent = ground.temp.path();
    chmod(parent, 0o777);
    let (sentence, hint) = refusal(&ground.dir);
    assert!(sentence.contains(parent.to_str().unwrap()), "{sentence}");
    assert_eq!(hint, format!("chmod go-w {}", parent.display()));
    chmod(parent, 0o1777);
    open(&ground.dir).unwrap();
}

#[test]
fn a_symlinked_file_is_refused_and_a_symlinked_way_to_the_store_is_not() {
    let ground = made();
    let journal = ground.dir.join("journal");
    fs::rename(&journal, ground.temp.path().join("elsewhere")).unwrap();
    symlink(ground.temp.path().join("elsewhere"), &journal).unwrap();
    let (sentence, hint) = refusal(&ground.dir);
    assert!(sentence.contains("journal is a symbolic link") && hint.contains("ls -l"), "{sentence} {hint}");
    fs::remove_file(&journal).unwrap();
    fs::rename(ground.temp.path().join("elsewhere"), &journal).unwrap();
    let link = ground.temp.path().join("link");
    symlink(&ground.dir, &link).unwrap();
    open(&link).unwrap();
}

#[test]
fn a_directory_with_other_files_is_not_made_a_store() {
    let ground = Ground::new();
    fs::create_dir(&ground.dir).unwrap();
    chmod(&ground.dir, 0o700);
    fs::write(ground.dir.join("thesis.txt"), "years of work").unwrap();
    assert!(
        matches!(ground.open(), Err(StoreError::Refused { sentence, .. }) if sentence.contains("other files"))
    );
    assert_eq!(fs::read_dir(&ground.dir).unwrap().count(), 1);
}

#[test]
fn a_foreign_owner_is_refused_with_the_chown_line() {
    let ground = made();
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&ground.dir, Some(12345), None).unwrap();
        let (sentence, hint) = refusal(&ground.dir);
        assert!(
            sentence.contains("belongs to account 12345") && hint.starts_with("chown 0 "),
            "{sentence} {hint}"
        );
    } else {
        assert!(refusal(Path::new("/")).0.contains("belongs to account 0"));
    }
}
