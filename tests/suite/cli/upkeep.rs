//! `backup`, `restore`, `store check`, `store repair`.

use super::house::House;
use std::fs;
use std::os::unix::fs::MetadataExt;

#[test]
fn a_backup_restored_elsewhere_has_the_same_keys_and_the_same_secrets_fit() {
    let house = House::new();
    let (kept, disabled) = (house.key("kept"), house.key("disabled"));
    house.run("keys disable").arg(&disabled.key).ok();
    assert!(house.run("backup b.claviger").ok().contains("2 keys, 1 user groups"));
    assert_eq!(fs::metadata(house.path("b.claviger")).unwrap().mode() & 0o777, 0o600);
    house.bare("--store other restore b.claviger").ok();
    // Compared before the Secrets are tried: that is noted as a use.
    assert_eq!(house.bare("--store other keys list --json").ok(), house.run("keys list --json").ok());
    house.bare("--store other verify --key").arg(&kept.key).stdin(kept.secret).ok();
    house.bare("--store other verify --key").arg(&disabled.key).stdin(disabled.secret).fails(3);
}

#[test]
fn neither_a_backup_nor_a_store_is_ever_overwritten() {
    let house = House::new();
    house.file("mine", "mine");
    house.run("backup mine").fails(1);
    assert_eq!(fs::read_to_string(house.path("mine")).unwrap(), "mine");
    house.run("backup good").ok();
    house.run("restore good").fails(5);
    house.bare("--store other restore mine").fails(5);
    house.bare("--store other restore absent").fails(1);
    let json = house.bare("--store third restore --json good").json();
    assert_eq!((&json["revision"], &json["groups"], &json["keys"]), (&1.into(), &1.into(), &0.into()));
}

#[test]
fn a_check_of_a_healthy_store_finds_nothing_and_a_repair_has_nothing_to_do() {
    let house = House::new();
    house.key("a");
    assert!(house.run("store check").ok().starts_with("Healthy: revision 3 of "));
    let json = house.run("store check --json").json();
    assert_eq!((&json["revision"], &json["findings"]), (&3.into(), &serde_json::json!([])));
    assert_eq!(house.run("store repair").ok(), "Nothing was wrong: revision 3\n");
    House::empty().run("store check").fails(1);
}

#[test]
fn a_flipped_byte_is_a_finding_with_its_line_and_6() {
    let house = House::new();
    let pair = house.key("HR System");
    let path = house.store().join("journal");
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.windows(9).position(|window| window == b"HR System").unwrap();
    bytes[at] ^= 1;
    fs::write(&path, bytes).unwrap();
    let said = house.run("store check").fails(6);
    assert!(said.err.contains("journal, line 2: ") && said.err.contains("store repair"), "{}", said.err);
    let (code, said) = house.run("store check --json").said();
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((code, &json["findings"][0]["line"]), (Some(6), &2.into()), "{}", said.out);
    assert!(house.run("store repair").ok().contains("The store is whole again"));
    house.run("store check").ok();
    house.run("verify --key").arg(&pair.key).stdin(pair.secret).ok();
}
