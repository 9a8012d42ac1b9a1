//! What was measured of one program, a line for it, and the table of what is compared.

use std::fmt;

/// A count to reckon with.
pub fn number(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// What was measured of one program; times in milliseconds.
#[derive(Default)]
pub struct Figures {
    pub name: &'static str,
    pub first: f64,
    /// Memory in MB once it rests.
    pub memory: u64,
    /// One for each key that was typed into the filter: the slowest of several times.
    pub filter: Vec<f64>,
    /// The same for a word that one row has.
    pub rare: Vec<f64>,
    /// Memory in MB after that.
    pub filtered: u64,
    /// Memory in MB of the process that holds the rows by then, where that is another one.
    pub server: Option<u64>,
    pub sort: Option<f64>,
    pub step: f64,
    pub end: Option<f64>,
    /// Processor time in a minute without a key.
    pub idle: u64,
    /// Wake-ups a second of all its threads meanwhile.
    pub wakes: f64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<20} first rows {:7.1} ms · memory {} MB", self.name, self.first, self.memory)?;
        if !self.filter.is_empty() {
            let keys =
                |times: &[f64]| times.iter().map(|time| format!("{time:.1}")).collect::<Vec<_>>().join(" ");
            write!(f, " · filter w, we, … {} ms, a rare word {} ms", keys(&self.filter), keys(&self.rare))?;
            write!(f, " · memory after it {} MB", self.filtered)?;
        }
        if let Some(sort) = self.sort {
            write!(f, " · sort {sort:.1} ms")?;
        }
        write!(f, " · step p99 {:.2} ms", self.step)?;
        if let Some(end) = self.end {
            write!(f, " · end p99 {end:.1} ms")?;
        }
        write!(f, " · idle 60 s: {} ms of processor, {:.2} wake-ups a second", self.idle, self.wakes)
    }
}

/// The figures of a program, if it was there.
pub struct All(pub Vec<Figures>);

impl All {
    fn of(&self, name: &str) -> Option<&Figures> {
        self.0.iter().find(|figures| figures.name == name)
    }

    /// One line: ours as a ratio to a peer's, on the same rows in the same run.
    fn line(&self, work: &str, ours: Option<f64>, peer: &str, of: impl Fn(&Figures) -> Option<f64>) {
        let Some(ours) = ours else { return };
        match self.of(peer).and_then(of) {
            Some(theirs) => {
                println!("{work:<34} {ours:8.2} ms   {:8.3} x {peer} ({theirs:.2} ms)", ours / theirs);
            }
            None => println!("{work:<34} {ours:8.2} ms   {peer} is missing"),
        }
    }

    /// The table.
    pub fn compare(&self, embedded_first: f64) {
        println!();
        self.line("first rows, embedded", Some(embedded_first), "tabiew", |f| Some(f.first));
        for name in ["claviger, embedded", "claviger, attached"] {
            let Some(ours) = self.of(name) else { continue };
            let way = name.trim_start_matches("claviger, ");
            if way == "attached" {
                self.line("first rows, attached", Some(ours.first), "fzf", |f| Some(f.first));
            }
            for (key, time) in ours.filter.iter().enumerate() {
                let what = format!("filter, key {}, {way}", key + 1);
                self.line(&what, Some(*time), "fzf", |f| f.filter.get(key).copied());
            }
            for (key, time) in ours.rare.iter().enumerate() {
                let what = format!("rare word, key {}, {way}", key + 1);
                self.line(&what, Some(*time), "fzf", |f| f.rare.get(key).copied());
            }
            self.line(&format!("sort, {way}"), ours.sort, "csvlens", |f| f.sort);
            self.line(&format!("scroll step p99, {way}"), Some(ours.step), "csvlens", |f| Some(f.step));
            self.line(&format!("jump to end p99, {way}"), ours.end, "csvlens", |f| f.end);
            if let Some(fzf) = self.of("fzf").filter(|fzf| fzf.filtered > 0) {
                let memory = |of: &str, memory: u64| {
                    let ratio = number(memory) / number(fzf.filtered);
                    let theirs = fzf.filtered;
                    println!(
                        "memory after a query, {of:<12} {memory:8} MB   {ratio:8.3} x fzf ({theirs} MB)"
                    );
                };
                memory(way, ours.filtered);
                if let Some(server) = ours.server {
                    memory("its server", server);
                }
            }
            println!("memory at rest, {way:<18} {:8} MB", ours.memory);
            println!("wake-ups a second, {way:<15} {:8.2}", ours.wakes);
        }
    }
}
