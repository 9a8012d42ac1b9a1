//! The file that an import writes its Secrets to: new, for this account alone, on disk before anything is saved.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::mint::Made;
use crate::cli::failure::{Exit, Failure};
use crate::cli::output::Wiped;
use crate::model::text::escape;

/// A new file; gone again when it is dropped before [`SecretsFile::keep`].
#[derive(Debug)]
pub struct SecretsFile {
    path: PathBuf,
    file: Option<File>,
    kept: bool,
}

impl SecretsFile {
    /// Makes it; never overwrites, never follows a link.
    ///
    /// # Errors
    /// When something is there already, or the directory may not be written.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        let file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|error| {
                let name = escape(&path.to_string_lossy()).into_owned();
                if error.kind() == io::ErrorKind::AlreadyExists {
                    let hint = "name a new file: what is there is never overwritten";
                    return Failure::new(Exit::Failed, format!("{name} exists already"), hint);
                }
                let hint = "name a new file in a directory that you may write";
                Failure::new(Exit::Failed, format!("{name} could not be made: {error}"), hint)
            })?;
        Ok(Self { path: path.to_owned(), file: Some(file), kept: false })
    }

    /// Writes `description,key,secret`, a line each, and returns when it is on disk.
    ///
    /// # Errors
    /// When it could not be written or synced.
    pub fn write(&mut self, made: &[Made]) -> Result<(), Failure> {
        let name = escape(&self.path.to_string_lossy()).into_owned();
        self.write_and_sync(made).map_err(|error| {
            let hint = "nothing was imported; free space there, then run it again";
            Failure::new(Exit::Failed, format!("{name} could not be written: {error}"), hint)
        })
    }

    fn write_and_sync(&mut self, made: &[Made]) -> io::Result<()> {
        let file = self.file.take().ok_or_else(|| io::Error::other("it was written already"))?;
        let mut out = Wiped::new(file);
        out.write_all(b"description,key,secret\n")?;
        for Made { prepared, secret } in made {
            let description = quoted(prepared.draft.description.as_str());
            writeln!(out, "{description},{},{}", prepared.key, secret.expose())?;
        }
        out.into_file()?.sync_all()?;
        let parent = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
    }

    /// The keys are saved: the file stays.
    pub fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for SecretsFile {
    fn drop(&mut self) {
        if !self.kept {
            // Its Secrets open nothing, but nobody should wonder about them.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A CSV field: quoted where it must be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::{Cost, Hasher, Proof, StoreKey, mint_key, mint_secret};
    use crate::model::Environment;
    use crate::registry::{KeyDraft, Prepared};
    use std::os::unix::fs::MetadataExt;

    fn made(description: &str) -> Made {
        let secret = mint_secret(Environment::Production).unwrap();
        let proof = Proof::of(&secret, &Hasher::new(Cost::TEST, 1), &StoreKey::generate().unwrap()).unwrap();
        let draft = KeyDraft {
            description: description.parse().unwrap(),
            group: "HR".parse().unwrap(),
            environment: Environment::Production,
            expires: None,
            rotate_every: None,
            owner: None,
        };
        Made { prepared: Prepared { draft, key: mint_key(Environment::Production).unwrap(), proof }, secret }
    }

    #[test]
    fn the_file_is_csv_that_only_its_owner_can_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.csv");
        let all = [made("plain"), made("with, comma and \"quotes\"")];
        let mut file = SecretsFile::create(&path).unwrap();
        file.write(&all).unwrap();
        file.keep();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let rows: Vec<csv::StringRecord> =
            csv::Reader::from_path(&path).unwrap().records().map(Result::unwrap).collect();
        for (row, made) in rows.iter().zip(&all) {
            let wanted =
                [made.prepared.draft.description.as_str(), made.prepared.key.as_str(), made.secret.expose()];
            assert_eq!(row.iter().collect::<Vec<_>>(), wanted);
        }
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn it_never_overwrites_and_goes_away_unless_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.csv");
        drop(SecretsFile::create(&path).unwrap());
        assert!(!path.exists());
        fs::write(&path, "mine").unwrap();
        assert!(SecretsFile::create(&path).unwrap_err().text().contains("exists already"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        let link = directory.path().join("link");
        std::os::unix::fs::symlink(directory.path().join("nowhere"), &link).unwrap();
        assert!(SecretsFile::create(&link).is_err());
    }
}
