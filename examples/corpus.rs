//! Writes a corpus of any size and commits it, to measure a server with:
//! `cargo run --release --example corpus -- 10000 FOLDER`.

#[path = "../benches/corpus/mod.rs"]
mod corpus;

use std::path::PathBuf;
use std::process::ExitCode;

const SEED: u64 = 2026;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [number, folder] = arguments.as_slice() else {
        eprintln!("usage: corpus NUMBER FOLDER");
        return ExitCode::from(2);
    };
    let (Ok(number), folder) = (number.parse::<usize>(), PathBuf::from(folder)) else {
        eprintln!("corpus: `{number}` is not a number");
        return ExitCode::from(2);
    };
    let model = corpus::Model::learn(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("kb"));
    let written = (0..number).try_for_each(|article| {
        let (path, text) = model.article(article, SEED);
        let path = folder.join("kb").join(path);
        std::fs::create_dir_all(path.parent().expect("articles are in folders"))?;
        std::fs::write(path, text)
    });
    if let Err(error) = written {
        eprintln!("corpus: cannot write to {}: {error}", folder.display());
        return ExitCode::FAILURE;
    }
    let queries: Vec<String> =
        (0..1000).map(|i| model.query(i * number / 1000, SEED, 2)).filter(|q| !q.is_empty()).collect();
    if let Err(error) = std::fs::write(folder.join("queries.txt"), queries.join("\n") + "\n") {
        eprintln!("corpus: cannot write the queries: {error}");
        return ExitCode::FAILURE;
    }
    commit(&folder)
}

fn commit(folder: &std::path::Path) -> ExitCode {
    let steps: [&[&str]; 3] = [
        &["init", "-q", "-b", "main"],
        &["add", "kb"],
        &["-c", "user.name=bench", "-c", "user.email=bench@example.org", "commit", "-qm", "a corpus"],
    ];
    for step in steps {
        let done = std::process::Command::new("git").arg("-C").arg(folder).args(step).status();
        if !done.is_ok_and(|status| status.success()) {
            eprintln!("corpus: git {} failed in {}", step.join(" "), folder.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
