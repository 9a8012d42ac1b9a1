//! What the store's tests share: records, a store in a directory that goes away, and what it should hold.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use claviger::credential::{Cost, Hasher, Proof, StoreKey, mint_secret};
use claviger::model::{
    Account, ApiKey, ChangeKind, Days, Description, Environment, Group, GroupCode, KeyId, Owner, Role,
    Status, Time,
};
use claviger::store::{Contents, Entry, Opening, Store, StoreError};
use tempfile::TempDir;

pub fn actor() -> Account {
    Account::parse("root").unwrap()
}

pub fn proof() -> Proof {
    let secret = mint_secret(Environment::Production).unwrap();
    Proof::of(&secret, &Hasher::new(Cost::TEST, 1), &StoreKey::from_bytes([7; 32])).unwrap()
}

pub fn code(text: &str) -> GroupCode {
    text.parse().unwrap()
}

/// A key with every field filled; its digits come from its number.
pub fn key(number: u64, time: i64) -> ApiKey {
    let digits = std::array::from_fn(|i| ((number >> (5 * i.min(12))) & 31) as u8);
    ApiKey {
        number,
        key: KeyId::from_digits(Environment::Production, digits),
        description: Description::parse(&format!("System \"{number}\" Übergabe")).unwrap(),
        group: code("HR_READ"),
        status: Status::Active,
        created: Time(time),
        modified: Time(time),
        modified_by: actor(),
        last_used: None,
        expires: (number.is_multiple_of(2)).then_some(Time(time + 86_400)),
        rotate_every: (number.is_multiple_of(3)).then(|| Days::parse("90d").unwrap()),
        owner: (!number.is_multiple_of(5)).then(|| Owner::parse("Ops").unwrap()),
        secret_copied: false,
    }
}

pub fn created(key: &ApiKey, proof: &Proof) -> Entry {
    Entry::KeyPut {
        kind: ChangeKind::KeyCreated,
        before: None,
        after: key.clone(),
        proof: Some(proof.clone()),
    }
}

/// The key with the other status, and the entry that makes it so.
pub fn toggled(before: &ApiKey, time: i64) -> (ApiKey, Entry) {
    let after = ApiKey { status: before.status.flipped(), modified: Time(time), ..before.clone() };
    let kind =
        if after.status == Status::Disabled { ChangeKind::KeyDisabled } else { ChangeKind::KeyEnabled };
    (after.clone(), Entry::KeyPut { kind, before: Some(before.clone()), after, proof: None })
}

pub fn group() -> Group {
    let json = r#"{"code":"HR_READ","description":"Human resources, reading","role":"READ","restricted":true,
        "tables":[{"table":"Asset","select":true,"filter":{"conditions":[{"field":"Cost","operator":"<","value":0.30000000000000004}],"scheme":"1"}}],
        "menus":[{"item":"Reports","access":"deny"}]}"#;
    serde_json::from_str(json).unwrap()
}

pub fn other_group(text: &str) -> Group {
    Group::new(code(text), Description::parse("Another").unwrap(), Role::Write)
}

/// A store in a directory of its own.
pub struct Ground {
    pub temp: TempDir,
    pub dir: PathBuf,
}

impl Ground {
    pub fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("store");
        Self { temp, dir }
    }

    pub fn open(&self) -> Result<(Store, Contents), StoreError> {
        Store::open(&self.dir, &Opening { create: true, expect_revision: None })
    }

    /// Group `HR_READ` and so many keys, one commit each.
    pub fn fill(&self, keys: u64) -> (Store, Vec<ApiKey>) {
        let (mut store, _) = self.open().unwrap();
        let proof = proof();
        put(
            &mut store,
            1000,
            Entry::GroupPut { kind: ChangeKind::GroupCreated, before: None, after: group() },
        )
        .unwrap();
        let made: Vec<ApiKey> = (1..=keys).map(|n| key(n, 1000 + n as i64)).collect();
        for key in &made {
            put(&mut store, key.created.0, created(key, &proof)).unwrap();
        }
        (store, made)
    }

    /// Keeps files and a backup as the fixture of a format, the journal without its room.
    pub fn keep(&self, store: &Store, fixture: &Path) {
        fs::create_dir_all(fixture).unwrap();
        copy(&self.dir, &fixture.join("files"));
        store.reader().backup(&fixture.join("backup"), &|_, _| {}).unwrap();
        let journal = fixture.join("files/journal");
        let lines = fs::read(&journal).unwrap().iter().position(|b| *b == 0).unwrap();
        fs::OpenOptions::new().write(true).open(journal).unwrap().set_len(lines as u64).unwrap();
    }

    /// A copy of the files as they are now: what a killed process leaves.
    pub fn copy(&self, name: &str) -> PathBuf {
        let to = self.temp.path().join(name);
        copy(&self.dir, &to);
        to
    }
}

pub fn put(store: &mut Store, time: i64, entry: Entry) -> Result<u64, StoreError> {
    store.append(Time(time), &actor(), vec![entry], &|_, _| {})
}

pub fn copy(from: &Path, to: &Path) {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

pub fn open(dir: &Path) -> Result<(Store, Contents), StoreError> {
    Store::open(dir, &Opening::default())
}

/// Keys by number.
pub fn keys(contents: &Contents) -> BTreeMap<u64, ApiKey> {
    contents.keys.iter().map(|(_, key, _)| (key.number, key.to_key())).collect()
}

/// So many trials: the share for every run, times `CLAVIGER_TRIALS`.
pub fn trials(share: u64) -> u64 {
    share * std::env::var("CLAVIGER_TRIALS").ok().and_then(|t| t.parse().ok()).unwrap_or(1)
}

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit.max(1)
    }
}
