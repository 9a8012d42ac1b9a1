//! A store full of made-up groups, keys and history, to look around in. Nobody knows the Secrets: one hash, thrown away, for all.

use super::command::{Done, Outcome};
use super::door::{Actor, Ticket};
use super::mint::no_credential;
use super::{Refusal, Registry, lock, not_saved};
use crate::credential::mint_key;
use crate::model::{
    Account, ApiKey, ChangeKind, Days, Description, Environment, Group, GroupCode, Owner, ParseError, Role,
    Status, Time,
};
use crate::store::Entry;

mod rhythm;

use rhythm::made_up_history;

/// No demo is larger.
const LARGEST: u32 = 5_000_000;
/// The demo's keys were created over so many seconds before now: two years.
const SPREAD: i64 = 2 * 365 * 86_400;

const SYSTEMS: [&str; 24] = [
    "HR System",
    "Azure AD",
    "Monitoring",
    "Service Desk",
    "Payroll",
    "Asset Scanner",
    "Data Warehouse",
    "Barcode Gateway",
    "Procurement",
    "Intune",
    "Jira",
    "ServiceNow",
    "Power BI",
    "SCCM",
    "Backup",
    "Website",
    "Mobile App",
    "Lease Ledger",
    "Facilities",
    "Print Server",
    "Slack",
    "Webhook Relay",
    "Finance Export",
    "Stock Take",
];
const PURPOSES: [&str; 8] =
    ["Integration", "Sync", "Dashboard", "Nightly Import", "Export", "Reporting", "Alerts", "Reconciliation"];
const PLACES: [&str; 10] =
    ["", "London", "Berlin", "Chicago", "Singapore", "São Paulo", "Zürich", "東京", "Kraków", "Oslo"];
const OWNERS: [&str; 6] =
    ["IT Operations", "Ada Lovelace", "Finance Systems", "Grace Hopper", "HR Systems", "Service Desk"];

/// What a group is for, its code and its role.
const GROUPS: [(&str, &str, Role); 7] = [
    ("API_ADMIN", "Full administrative integration", Role::Admin),
    ("API_READ", "Read-only reporting", Role::Read),
    ("API_HR", "HR department", Role::Write),
    ("API_FINANCE", "Finance department", Role::Write),
    ("API_SYNC", "Directory and device sync", Role::Write),
    ("API_SCAN", "Barcode and stock take", Role::Write),
    ("API_MONITOR", "Monitoring and alerts", Role::Read),
];

impl Registry {
    pub(super) fn fill_demo(&self, actor: &Actor, keys: u32, ticket: &Ticket) -> Result<Done, Refusal> {
        if !(1..=LARGEST).contains(&keys) {
            let sentence = format!("{keys} keys is outside 1 to {LARGEST}");
            return Err(ParseError::new(sentence, "choose a smaller number, such as --keys 200").into());
        }
        let mut writer = lock(&self.writer);
        if self.read().revision != 0 {
            return Err(Refusal::NotEmpty);
        }
        let groups = made_up_groups()?;
        let entry = |after: &Group| Entry::GroupPut {
            kind: ChangeKind::GroupCreated,
            before: None,
            after: after.clone(),
        };
        let saved = self
            .save(&mut writer, &actor.account, groups.iter().map(entry).collect(), &Ticket::new())
            .map_err(|e| not_saved(&e))?;
        {
            let mut index = self.write();
            for group in &groups {
                index.put_group(group.clone());
            }
            index.revision = saved.last;
            index.written = Some(saved.time);
        }
        let (_, proof) = self.mint_secret(Environment::Production)?;
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let (now, first) = (self.clock.now(), writer.next_number);
        let made = (0..u64::from(keys)).map(|i| {
            let age = SPREAD - SPREAD * i64::try_from(i).unwrap_or(0) / i64::from(keys);
            let record = made_up_key(&mut dice, first + i, Time(now.0 - age), now, &actor.account, &groups)?;
            Ok((record, proof.clone()))
        });
        let mut made = made.collect::<Result<Vec<_>, Refusal>>()?;
        let told = made_up_history(&mut dice, made.iter_mut().map(|(record, _)| record), now);
        self.commit_new(&mut writer, actor, made, ticket)?;
        self.history.take_in(&told);
        Ok(self.done(Outcome::DemoFilled { groups: groups.len() as u64, keys: u64::from(keys) }))
    }
}

fn made_up_groups() -> Result<Vec<Group>, Refusal> {
    let group = |(code, description, role): (&str, &str, Role)| {
        Ok(Group::new(code.parse::<GroupCode>()?, Description::parse(description)?, role))
    };
    let mut groups = GROUPS.into_iter().map(group).collect::<Result<Vec<_>, ParseError>>()?;
    for template in super::templates() {
        if let Some(group) = groups.iter_mut().find(|g| g.code == template.group.code) {
            *group = template.group;
        }
    }
    Ok(groups)
}

fn made_up_key(
    dice: &mut Dice,
    number: u64,
    created: Time,
    now: Time,
    actor: &Account,
    groups: &[Group],
) -> Result<ApiKey, Refusal> {
    let environment = *dice.of(&[
        Environment::Production,
        Environment::Production,
        Environment::Staging,
        Environment::Development,
    ]);
    let place = dice.of(&PLACES);
    let name = format!("{} {} {place}", dice.of(&SYSTEMS), dice.of(&PURPOSES));
    let name = if number > 4_000 { format!("{} {number}", name.trim()) } else { name };
    let lived = now.0 - created.0;
    Ok(ApiKey {
        number,
        key: mint_key(environment).map_err(|e| no_credential(&e))?,
        description: Description::parse(&name)?,
        group: dice.of(groups).code.clone(),
        status: if dice.roll(8) == 0 { Status::Disabled } else { Status::Active },
        created,
        modified: created,
        modified_by: actor.clone(),
        last_used: (dice.roll(6) != 0).then(|| Time(now.0 - dice.below(lived.min(90 * 86_400)))),
        expires: (dice.roll(5) == 0).then(|| Time(now.0 + 86_400 * (dice.below(400) - 20))),
        rotate_every: if dice.roll(3) == 0 { Some(Days::try_from(*dice.of(&[90, 180]))?) } else { None },
        owner: if dice.roll(4) == 0 { None } else { Some(Owner::parse(dice.of::<&str>(&OWNERS))?) },
        secret_copied: dice.roll(40) != 0,
    })
}

/// The same throws every time (xorshift64*): a demo is a stage, not a secret.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides.max(1)
    }

    fn below(&mut self, limit: i64) -> i64 {
        i64::try_from(self.roll(u64::try_from(limit).unwrap_or(0))).unwrap_or(0)
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let place = self.roll(choices.len() as u64);
        &choices[usize::try_from(place).unwrap_or(0)]
    }
}
