//! The table of each benchmark: ours, the baseline, and their ratio.

/// Prints the column heads.
pub fn head(what: &str) {
    println!(
        "\n{what:44} {:>14} {:>14} {:>7} {:>7}",
        "drs-api", "plain", "ratio", "goal"
    );
}

/// Prints a row. `goal` is the largest acceptable ratio.
pub fn row(name: &str, ours: f64, plain: f64, goal: Option<f64>) {
    let ratio = ours / plain;
    let goal = match goal {
        Some(goal) if ratio <= goal => format!("≤ {goal:.2}"),
        Some(goal) => format!("≤ {goal:.2}, missed"),
        None => String::new(),
    };
    let digits = if plain < 100.0 { 2 } else { 0 };
    println!("{name:44} {ours:>14.digits$} {plain:>14.digits$} {ratio:>7.3} {goal:>7}");
}
