//! Parses the cases.

const FILES: [&str; 7] = [
    include_str!("../../fixtures/review/both.txt"),
    include_str!("../../fixtures/review/document.txt"),
    include_str!("../../fixtures/review/kinds.txt"),
    include_str!("../../fixtures/review/meaning.txt"),
    include_str!("../../fixtures/review/operations.txt"),
    include_str!("../../fixtures/review/schemas.txt"),
    include_str!("../../fixtures/review/values.txt"),
];

/// A change, and what it means.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) base: String,
    pub(crate) revision: String,
    there: String,
    back: String,
}

impl Case {
    /// The change or its reverse: an arrow, both documents, and what is expected.
    pub(crate) fn both_ways(&self) -> [(&str, &str, &str, &str); 2] {
        [
            ("->", &self.base, &self.revision, &self.there),
            ("<-", &self.revision, &self.base, &self.back),
        ]
    }
}

/// All cases, as changes of this text.
pub(crate) fn all(fixture: &str) -> Vec<Case> {
    let cases = FILES.iter().flat_map(|file| file.split("\n== ").skip(1));
    cases.map(|case| read(fixture, case)).collect()
}

/// One place of the text: the existing lines, those of the base, and those of the revision.
struct Hunk {
    there: String,
    base: String,
    revision: String,
}

fn read(fixture: &str, text: &str) -> Case {
    let (name, rest) = text.split_once('\n').unwrap();
    let (hunks, meaning) = rest.split_once("\n-> ").unwrap();
    let (there, back) = meaning.split_once("\n<- ").unwrap();
    // A hunk starts at a line; otherwise, one could be found inside another's.
    let fixture = format!("\n{fixture}");
    let mut case = Case {
        name: name.to_owned(),
        base: fixture.clone(),
        revision: fixture.clone(),
        there: format!("{there}\n"),
        back: format!("{}\n", back.trim_end()),
    };
    for hunk in hunks.split("\n@@\n") {
        let start = || "\n".to_owned();
        let mut found = Hunk {
            there: start(),
            base: start(),
            revision: start(),
        };
        for line in hunk.lines() {
            let (sign, line) = line.split_at(1);
            let line = format!("{line}\n");
            let (there, base, revision) = match sign {
                " " => (true, true, true),
                "-" => (true, true, false),
                "+" => (false, false, true),
                "<" => (false, true, false),
                "!" => (true, false, false),
                other => panic!("{name}: a line starts with `{other}`"),
            };
            for (in_it, text) in [
                (there, &mut found.there),
                (base, &mut found.base),
                (revision, &mut found.revision),
            ] {
                if in_it {
                    *text += &line;
                }
            }
        }
        let places = fixture.matches(&found.there).count();
        assert_eq!(places, 1, "{name}: {} is in {places} places", found.there);
        case.base = case.base.replace(&found.there, &found.base);
        case.revision = case.revision.replace(&found.there, &found.revision);
    }
    case
}
