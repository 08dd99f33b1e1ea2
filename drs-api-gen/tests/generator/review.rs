//! What does the review make of each change? Each case changes one document in one way, and back:
//! how the change is named, where it is, who notices it, and which step it needs.
//!
//! The cases are in `fixtures/review/*.txt`, as differences to `fixtures/review.yaml`. ` ` marks
//! existing lines, `-` removed ones, `+` added ones, and `<` lines of the base that `+` replaces.
//! `!` is in neither, and `@@` separates two places. `->` and `<-` say what the change and its
//! reverse mean.

mod cases;

use std::{collections::BTreeSet, sync::LazyLock};

use cases::{Case, all};
use drs_api_gen::{Api, Document, Felt, Review, Settings, Verdict, generate, outline, review};

const FIXTURE: &str = include_str!("../fixtures/review.yaml");

fn reviewed(base: &str, revision: &str) -> Review {
    let [base, revision] = [base, revision].map(|text| Document::parse(text).unwrap());
    review(&base, &revision)
}

/// One in this many cases is tested, because each takes a tenth of a second. With `CASES_TIMES=8`,
/// as in `.ci/run`, all are.
static ONE_OF: LazyLock<usize> = LazyLock::new(|| {
    let times = std::env::var("CASES_TIMES").ok();
    8 / times.map_or(1, |times| times.parse::<usize>().unwrap().clamp(1, 8))
});

/// Each case with the reviews of the change and its reverse, which all tests share.
static REVIEWED: LazyLock<Vec<(Case, [Review; 2])>> = LazyLock::new(|| {
    let cases = all(FIXTURE).into_iter().step_by(*ONE_OF);
    let reviewed = cases.map(|case| {
        let both = case.both_ways();
        let reviews = both.map(|(_, base, revision, _)| reviewed(base, revision));
        (case, reviews)
    });
    reviewed.collect()
});

/// What a case expects of a review.
fn shown(review: &Review) -> String {
    let step = format!("{:?}", review.version.needed).to_lowercase();
    let mut shown = format!("{}, {step}\n", review.verdict);
    for change in &review.changes {
        let felt: Vec<&str> = (change.felt_by.iter())
            .map(|felt| match felt {
                Felt::Service => "the service",
                Felt::CompileTime => "compile time",
                Felt::RunTime => "run time",
                other => panic!("{other}"),
            })
            .collect();
        let felt = match felt.as_slice() {
            [] => "nobody".to_owned(),
            felt => felt.join(", "),
        };
        shown += &format!("   {}: {} [{felt}]\n", change.kind, change.place);
    }
    shown
}

#[test]
fn each_change_has_its_verdict_its_place_and_its_step() {
    let mut wrong = Vec::new();
    assert!(REVIEWED.len() * *ONE_OF >= 240);
    for (case, reviews) in REVIEWED.iter() {
        for ((arrow, _, _, expected), review) in case.both_ways().into_iter().zip(reviews) {
            let found = shown(review);
            // Some cases only test verdict and step.
            let is_right = match expected.lines().count() {
                1 => found.lines().next() == expected.lines().next(),
                _ => found == expected,
            };
            if !is_right {
                let name = &case.name;
                wrong.push(format!("{name} {arrow}\n{expected}but it is\n{found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_step_of_a_place_leads_to_it() {
    for (Case { base, revision, .. }, [review, _]) in REVIEWED.iter() {
        for change in &review.changes {
            let text = match change.document {
                drs_api_gen::Which::Base => base,
                _ => revision,
            };
            let document = Document::parse(text).unwrap();
            let pointer = &change.pointer;
            // The generated code as a whole has no place.
            if pointer.is_empty() {
                assert!(!change.kind.is_empty() && !change.why.is_empty());
                continue;
            }
            // A removal is reported at the object, because a missing `required` or `security` has
            // no line.
            let (parent, _) = pointer.rsplit_once('/').unwrap();
            assert!(document.value().pointer(parent).is_some(), "{pointer}");
            assert!(change.line > 1, "{pointer}");
            assert!(!change.kind.is_empty() && !change.why.is_empty());
        }
    }
}

#[test]
fn what_is_added_was_nothing_before_and_what_is_removed_is_nothing_afterwards() {
    for (_, reviews) in REVIEWED.iter() {
        for change in reviews.iter().flat_map(|review| &review.changes) {
            let (kind, old, new) = (&change.kind, &change.old, &change.new);
            assert!(
                old.is_none() || !kind.ends_with(" added"),
                "{kind}: {old:?}"
            );
            assert!(
                new.is_none() || !kind.ends_with(" removed"),
                "{kind}: {new:?}"
            );
        }
    }
}

#[test]
fn values_are_shown_as_they_are_written() {
    let edits = [
        (
            "description: Its title.",
            "description: Its title.\n          maxLength: 100",
        ),
        ("default: false", "default: 'false'"),
    ];
    let new = edits.map(|(old, new)| {
        let revision = FIXTURE.replacen(old, new, 1);
        let changes = reviewed(FIXTURE, &revision).changes;
        changes.into_iter().find_map(|change| change.new).unwrap()
    });
    assert_eq!(new, ["100", "\"false\""]);
}

/// Removed and added lines, each with its sign.
type Lines = BTreeSet<String>;

/// How the code generated from both documents differs. Empty if one can't be generated, although
/// their texts can still be compared.
fn difference(base: &str, revision: &str) -> Option<Lines> {
    let [old, new] = [base, revision].map(|text| {
        let document = Document::parse(text).unwrap();
        let rust = generate(&document, &Settings::new("test.yaml")).ok()?;
        Some(outline(&[&rust.in_one()]).unwrap())
    });
    let (old, new) = old.zip(new)?;
    let (old, new) = (lines(&old), lines(&new));
    let signed = |sign: char, one: &Owned, other: &Owned| -> Lines {
        let lines = one.difference(other);
        lines.map(|(_, line)| format!("{sign} {line}")).collect()
    };
    Some(&signed('-', &old, &new) | &signed('+', &new, &old))
}

/// Lines, each with the head of its enum: in an open enum, each value is another.
type Owned = BTreeSet<(String, String)>;

/// The lines of an outline, each with the name of its type or operation. A setter takes a value
/// whether it is required or not.
fn lines(outline: &str) -> Owned {
    let (mut head, mut lines) = ("", Owned::new());
    for line in outline.lines() {
        let Some(member) = line.strip_prefix("  ") else {
            head = line;
            lines.insert((String::new(), line.to_owned()));
            continue;
        };
        let of_enum = if head.starts_with("enum ") { head } else { "" };
        let operation = head.strip_prefix("Client::");
        let owner = operation.unwrap_or_else(|| head.split(' ').nth(1).unwrap());
        let optional = member
            .split_once(": Option<")
            .filter(|_| operation.is_some());
        let line = match optional {
            Some((name, inner)) => format!("{owner}: {name}: {}", inner.strip_suffix('>').unwrap()),
            None => format!("{owner}: {member}"),
        };
        lines.insert((of_enum.to_owned(), line));
    }
    lines
}

#[test]
fn what_rust_callers_see_is_all_that_differs_in_the_generated_code() {
    let mut known = 0;
    for (case, [review, _]) in REVIEWED.iter() {
        let shown: Lines = match &review.api {
            Api::Same => Lines::default(),
            Api::Changed(diff) => diff.lines().map(str::to_owned).collect(),
            _ => continue,
        };
        let Some(differs) = difference(&case.base, &case.revision) else {
            continue;
        };
        assert_eq!(shown, differs, "{}", case.name);
        known += 1;
    }
    assert!(known * *ONE_OF >= 70, "{known}");
}

#[test]
fn what_the_compiler_would_say_is_what_the_generated_code_shows() {
    let mut known = 0;
    for (case, reviews) in REVIEWED.iter() {
        for ((arrow, ..), review) in case.both_ways().into_iter().zip(reviews) {
            let mut changes = review.changes.iter();
            let felt = changes.any(|change| change.felt_by.contains(&Felt::CompileTime));
            let name = format!("{} {arrow}: {:?}", case.name, review.api);
            match &review.api {
                Api::Same => assert!(!felt, "{name}"),
                Api::Changed(diff) => {
                    let gone = diff.lines().any(|line| line.starts_with('-'));
                    assert!(felt || !gone, "{name}\n{diff}");
                }
                _ => continue,
            }
            known += 1;
        }
    }
    // What has no equivalent in Rust: a limit on a text, another media type.
    assert!(known * *ONE_OF >= 120, "{known}");
}

#[test]
fn documents_that_say_the_same_have_no_change() {
    let reviewed = reviewed(FIXTURE, &format!("# A comment.\n{FIXTURE}"));
    assert_eq!(reviewed.verdict, Verdict::Nothing);
    assert_eq!(reviewed.changes, []);
    assert_eq!(reviewed.api, Api::Same);
    assert!(reviewed.version.made);
}

/// The fixture with an operation, and with a schema named like it that has these properties.
fn with_list_books(properties: &str) -> String {
    let path = "  /books:
    get:
      operationId: ListBooks
      responses:
        '200':
          description: All.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ListBooksResp'
";
    let schema = format!(
        "    ListBooksResp: {{type: object, description: All., properties: {{{properties}}}}}\n"
    );
    FIXTURE
        .replacen("\npaths:\n", &format!("\npaths:\n{path}"), 1)
        .replacen("\n  schemas:\n", &format!("\n  schemas:\n{schema}"), 1)
}

#[test]
fn an_operation_is_its_method_and_a_schema_named_like_it_is_a_place_of_its_own() {
    let in_rust = |base: &str, revision: &str| -> Vec<_> {
        let changes = reviewed(base, revision).changes.into_iter();
        let shown = changes.map(|change| (change.place, change.class, change.rust));
        shown.filter(|(place, ..)| place != "info").collect()
    };
    let all = "a: {type: string, description: A.}, b: {type: string, description: B.}";
    let (one, two) = (
        with_list_books("a: {type: string, description: A.}"),
        with_list_books(all),
    );
    let added = in_rust(FIXTURE, &one);
    assert_eq!(
        added[0].2,
        ["+ Client::list_books", "+ list_books: -> ListBooksResp"]
    );
    let more = one.replace(
        "ListBooks\n",
        "ListBooks\n      parameters:\n        - {name: kind, in: query, description: Which., schema: {type: string}}\n",
    );
    // One loses a property, the other gains an argument.
    let changes = in_rust(&two, &more);
    let of = |place: &str| {
        changes
            .iter()
            .find(|(found, ..)| found.starts_with(place))
            .unwrap()
    };
    let operation = of("operation ListBooks");
    assert_eq!(operation.1, Verdict::Compatible);
    assert_eq!(operation.2, ["+ list_books: kind: String"]);
    assert_eq!(of("schema ListBooksResp").1, Verdict::BreakingWire);
}

#[test]
fn a_page_for_readers() {
    let revision = FIXTURE
        .replace("version: 1.0.0", "version: 1.1.0")
        .replace("          format: password\n", "")
        .replace("        - lent\n", "        - lent\n        - lost\n")
        .replace("/Author'", "/Writer'")
        .replace("    Author:\n", "    Writer:\n")
        .replace(
            "        - title\n        - kind\n",
            "        - title\n        - pages\n        - kind\n",
        )
        .replace(
            "description: Its title.",
            "description: The title of the `book`.",
        );
    insta::assert_snapshot!(reviewed(FIXTURE, &revision).markdown());
}

#[test]
fn a_page_for_each_class() {
    let page = |from: &str, to: &str| {
        assert!(FIXTURE.contains(from), "{from}");
        reviewed(FIXTURE, &FIXTURE.replace(from, to)).markdown()
    };
    insta::assert_snapshot!("docs_only", page("Its title.", "The title of the book."));
    insta::assert_snapshot!(
        "compatible",
        page("        - lent\n", "        - lent\n        - lost\n")
    );
    insta::assert_snapshot!(
        "breaking_for_rust_callers",
        page("operationId: GetBook", "operationId: FindBook")
    );
    insta::assert_snapshot!(
        "breaking_on_the_wire",
        page(
            "        - title\n        - kind\n",
            "        - title\n        - pages\n        - kind\n"
        )
    );
}

#[test]
fn the_same_for_machines() {
    let revision = FIXTURE.replace("        - lent\n", "        - lent\n        - lost\n");
    insta::assert_snapshot!(reviewed(FIXTURE, &revision).json().unwrap());
}
