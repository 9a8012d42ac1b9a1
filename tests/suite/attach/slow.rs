//! Long work at the door: progress is seen, a question is withdrawn, and a server that ends lets it finish.

use std::io::Write;
use std::sync::{Arc, Condvar, Mutex};

use claviger::client::Client;
use claviger::client::wire::Kind;
use claviger::credential::{Secret, SecretError, StoreKey};
use claviger::registry::{
    Actor, Answer, Asked, BackedUp, Command, Done, Door, Outcome, Query, Refusal, Ticket, Verdict,
};
use claviger::server::admin::{Admin, House};

use super::house::{ada, clock, connect, draft, overview, until};
use super::raw::{frame, greeted, header};

/// A house whose commands run until they are let go, and whose questions until they are withdrawn.
#[derive(Default)]
struct Slow {
    gate: Mutex<(bool, u32, bool)>,
    moved: Condvar,
}

struct SlowHouse(Arc<Slow>);

struct SlowDoor(Arc<Slow>, Actor);

impl Slow {
    fn let_go(&self) {
        self.gate.lock().unwrap().0 = true;
        self.moved.notify_all();
    }

    fn withdrawn(&self) -> u32 {
        self.gate.lock().unwrap().1
    }
}

impl House for SlowHouse {
    fn door(&self, actor: Actor) -> Box<dyn Door> {
        Box::new(SlowDoor(Arc::clone(&self.0), actor))
    }

    fn watch(&self, _after: u64) -> Option<u64> {
        let gate = self.0.gate.lock().unwrap();
        drop(self.0.moved.wait_while(gate, |gate| !gate.2).unwrap());
        None
    }

    fn close(&self) {
        self.0.gate.lock().unwrap().2 = true;
        self.0.moved.notify_all();
    }
}

impl Door for SlowDoor {
    fn execute(&self, command: Command, ticket: &Ticket) -> Result<Done, Refusal> {
        assert!(!matches!(command, Command::DeleteGroup { .. }), "a fault of our own");
        ticket.progress(3, 10);
        let gate = self.0.gate.lock().unwrap();
        drop(self.0.moved.wait_while(gate, |gate| !gate.0).unwrap());
        ticket.progress(10, 10);
        Ok(Done { revision: 1, outcome: Outcome::KeysImported(1), fresh: None })
    }

    fn ask(&self, _query: Query, ticket: &Ticket) -> Result<Answer, Refusal> {
        until(|| ticket.is_cancelled());
        self.0.gate.lock().unwrap().1 += 1;
        Err(Refusal::Cancelled)
    }

    fn attempt(
        &self,
        _key: &str,
        _secret: Result<&Secret, SecretError>,
        _asked: Option<&Asked>,
    ) -> Result<Verdict, Refusal> {
        Ok(Verdict::Invalid)
    }

    fn trace(&self, _secrets: &[Secret]) -> Result<claviger::registry::Traced, Refusal> {
        Err(Refusal::Cancelled)
    }

    fn store_key(&self) -> Result<StoreKey, Refusal> {
        Ok(StoreKey::from_bytes([7; 32]))
    }

    fn backup(&self, _out: &mut dyn Write, _ticket: &Ticket) -> Result<BackedUp, Refusal> {
        Err(Refusal::Cancelled)
    }

    fn actor(&self) -> &Actor {
        &self.1
    }

    fn watch(&self, _after: u64) -> Option<u64> {
        None
    }
}

fn slow() -> (tempfile::TempDir, Arc<Slow>, Admin, Arc<Client>) {
    let dir = tempfile::tempdir().unwrap();
    let slow = Arc::new(Slow::default());
    let admin = Admin::open(dir.path(), None, Arc::new(SlowHouse(Arc::clone(&slow))), clock()).unwrap();
    let client = Arc::new(connect(&dir.path().join("admin.sock")).unwrap());
    (dir, slow, admin, client)
}

fn begin(client: &Arc<Client>, ticket: &Ticket) -> std::thread::JoinHandle<Result<Done, Refusal>> {
    let (client, ticket) = (Arc::clone(client), ticket.clone());
    std::thread::spawn(move || client.execute(Command::CreateKey(draft("One")), &ticket))
}

#[test]
fn progress_of_a_command_is_seen_while_it_runs() {
    let (_dir, slow, _admin, client) = slow();
    let ticket = Ticket::new();
    let running = begin(&client, &ticket);
    until(|| ticket.seen() == Some((3, 10)));
    slow.let_go();
    running.join().unwrap().unwrap();
    assert_eq!(ticket.seen(), Some((10, 10)));
}

#[test]
fn a_question_that_is_withdrawn_ends_on_the_server_and_a_command_is_not_cut_short() {
    let (_dir, slow, _admin, client) = slow();
    let ticket = Ticket::new();
    let asking = {
        let (client, ticket) = (Arc::clone(&client), ticket.clone());
        std::thread::spawn(move || client.ask(Query::Overview, &ticket))
    };
    ticket.cancel();
    assert_eq!(asking.join().unwrap().unwrap_err(), Refusal::Cancelled);

    let ticket = Ticket::new();
    let running = begin(&client, &ticket);
    until(|| ticket.seen().is_some());
    ticket.cancel();
    slow.let_go();
    running.join().unwrap().unwrap();
}

#[test]
fn a_client_that_hangs_up_withdraws_its_question() {
    let (dir, slow, _admin, client) = slow();
    let mut stream = greeted(&dir.path().join("admin.sock"));
    let query = serde_json::to_vec(&Query::Overview).unwrap();
    stream.write_all(&header(Kind::Ask as u8, u32::try_from(query.len()).unwrap())).unwrap();
    stream.write_all(&query).unwrap();
    assert_eq!(frame(&mut stream).unwrap().0, Kind::Taken as u8);
    drop(stream);
    until(|| slow.withdrawn() == 1);
    drop(client);
}

#[test]
fn a_server_that_ends_finishes_what_runs_and_answers_it() {
    let (dir, slow, admin, client) = slow();
    let ticket = Ticket::new();
    let running = begin(&client, &ticket);
    until(|| ticket.seen().is_some());
    let ending = std::thread::spawn(move || admin.close());
    until(|| !dir.path().join("admin.sock").exists());
    assert!(!running.is_finished() && !ending.is_finished());
    slow.let_go();
    running.join().unwrap().unwrap();
    ending.join().unwrap();
    assert!(matches!(overview(&*client), Err(Refusal::ServerGone { .. })));
}

#[test]
fn a_fault_of_the_server_in_a_command_ends_its_connection_and_no_other() {
    let (_dir, slow, _admin, client) = slow();
    let fatal = Command::DeleteGroup { code: "A".parse().unwrap() };
    assert_eq!(client.execute(fatal, &Ticket::new()).unwrap_err(), Refusal::Unanswered);
    slow.let_go();
    client.execute(Command::CreateKey(draft("One")), &Ticket::new()).unwrap();
    assert_eq!(client.actor().rights, ada().rights);
}
