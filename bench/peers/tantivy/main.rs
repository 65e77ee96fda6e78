//! Driver: Tantivy.
//!
//! Part of: bench/peers, whose README.md has the contract.
mod engine;

use std::fs;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::Instant;

use engine::Engine;

const WARM_UP_ROUNDS: usize = 3;

const USAGE: &str = "usage: tantivy index DIR THREADS BUDGET_MB < docs.tsv
       tantivy bench DIR queries.tsv ROUNDS
       tantivy serve DIR
       tantivy first DIR COMMAND QUERY";

pub struct Query {
    command: String,
    pub text: String,
    /// Hits wanted, 0 for COUNT.
    pub limit: usize,
    /// All hits are counted.
    pub exact: bool,
}

impl Query {
    fn new(command: &str, text: &str) -> Query {
        let number = command.strip_prefix("TOP_").unwrap_or("0_COUNT");
        let exact = number.ends_with("_COUNT");
        let limit = number.trim_end_matches("_COUNT").parse();
        Query {
            command: command.to_string(),
            text: text.to_string(),
            limit: limit.expect("no such command"),
            exact,
        }
    }
}

/// The queries of a file, and what the last round of them gave.
#[derive(Default)]
struct Round {
    queries: Vec<Query>,
    hits: Vec<i64>,
    ns: Vec<u64>,
}

impl Round {
    fn load(path: &str) -> Round {
        let text = fs::read_to_string(path).expect("cannot read the queries");
        let queries: Vec<Query> = text
            .lines()
            .map(|line| line.split_once('\t').expect("a line without a tab"))
            .map(|(command, text)| Query::new(command, text))
            .collect();
        let (hits, ns) = (vec![0; queries.len()], vec![0; queries.len()]);
        Round { queries, hits, ns }
    }

    fn run(&mut self, engine: &Engine) {
        for (i, query) in self.queries.iter().enumerate() {
            let start = Instant::now();
            self.hits[i] = engine.run(query);
            self.ns[i] = start.elapsed().as_nanos() as u64;
        }
    }
}

fn cpu_seconds() -> f64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut t) };
    t.tv_sec as f64 + t.tv_nsec as f64 / 1e9
}

fn peak_rss_kb() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(-1)
}

fn folder_bytes(dir: &str) -> u64 {
    let files = fs::read_dir(dir).expect("no folder");
    files.filter_map(|file| Some(file.ok()?.metadata().ok()?.len())).sum()
}

fn index(dir: &str, threads: usize, budget_mb: usize) {
    let (start, cpu) = (Instant::now(), cpu_seconds());
    engine::index(Path::new(dir), threads, budget_mb << 20).expect("indexing failed");
    println!(
        "{{\"seconds\": {:.3}, \"cpu_seconds\": {:.3}, \"index_bytes\": {}, \"peak_rss_kb\": {}}}",
        start.elapsed().as_secs_f64(),
        cpu_seconds() - cpu,
        folder_bytes(dir),
        peak_rss_kb()
    );
}

fn bench(engine: &Engine, path: &str, rounds: usize) {
    let mut round = Round::load(path);
    let mut all = vec![Vec::new(); round.queries.len()];
    for r in 0..WARM_UP_ROUNDS + rounds {
        round.run(engine);
        if r >= WARM_UP_ROUNDS {
            all.iter_mut().zip(&round.ns).for_each(|(times, ns)| times.push(*ns));
        }
    }
    for (i, query) in round.queries.iter().enumerate() {
        all[i].sort();
        let (best, median) = (all[i][0] as f64 / 1e3, all[i][rounds / 2] as f64 / 1e3);
        println!("{}\t{}\t{}\t{best:.1}\t{median:.1}", query.command, query.text, round.hits[i]);
    }
}

fn serve(engine: &Engine) {
    let mut round = Round::default();
    println!("ready");
    for line in io::stdin().lock().lines() {
        let line = line.expect("no request");
        if let Some(path) = line.strip_prefix("load ") {
            round = Round::load(path);
            print!("{}", round.queries.len());
        } else if line == "round" {
            round.run(engine);
            let out: Vec<String> =
                round.hits.iter().zip(&round.ns).map(|(h, ns)| format!("{h} {ns}")).collect();
            print!("{}", out.join(" "));
        } else {
            panic!("no such request: {line}");
        }
        println!();
        io::stdout().flush().expect("no reader");
    }
}

fn first(dir: &str, command: &str, text: &str) {
    let start = Instant::now();
    let engine = Engine::open(Path::new(dir)).expect("cannot open the index");
    let opened = start.elapsed();
    engine.run(&Query::new(command, text));
    println!(
        "{{\"open_us\": {:.1}, \"query_us\": {:.1}, \"peak_rss_kb\": {}}}",
        opened.as_secs_f64() * 1e6,
        (start.elapsed() - opened).as_secs_f64() * 1e6,
        peak_rss_kb()
    );
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<usize>().expect("not a number");
    let open = |dir: &str| Engine::open(Path::new(dir)).expect("cannot open the index");

    match args[..] {
        ["index", dir, threads, budget] => index(dir, number(threads), number(budget)),
        ["bench", dir, queries, rounds] => bench(&open(dir), queries, number(rounds)),
        ["serve", dir] => serve(&open(dir)),
        ["first", dir, command, text] => first(dir, command, text),
        _ => {
            eprintln!("{USAGE}");
            std::process::exit(2);
        }
    }
}
