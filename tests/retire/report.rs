//! What `flagc refs` has written about services' code.

use flagc::references::{Class, Scan, parse};
use flagc::retire::{Uses, uses as uses_in};

use super::used;

fn report(text: &str) -> Scan {
    parse(text).unwrap().scan
}

fn refused(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

fn uses(reports: &[Scan], key: &str) -> Uses {
    let mut all = Scan::default();
    for report in reports {
        all.join(report.clone());
    }
    uses_in(&all, key)
}

/// One reference of `orders`, and what else a report says.
fn orders(flag: &str, class: &str, rest: &str) -> String {
    let reference = format!(
        "{{\"flag\":\"{flag}\",\"class\":\"{class}\",\"file\":\"a.go\",\"line\":3,\"column\":5,\"more\":1}}"
    );
    format!("{{\"version\":1,\"service\":\"orders\",\"commit\":null,\"references\":[{reference}]{rest}}}")
}

#[test]
fn reports_of_several_services_are_joined() {
    let dynamic = ",\"dynamic\":[{\"file\":\"b.go\",\"line\":7,\"column\":5}]";
    let one = report(&orders("api", "read", dynamic));
    let silent = report("{\"version\":1,\"service\":\"payments\",\"references\":[]}");
    let both = uses(&[one.clone(), silent, one], "api");
    assert_eq!(both.services.iter().collect::<Vec<_>>(), ["orders", "payments"]);
    assert_eq!(both.of_flag, [used("orders", Class::Read, "a.go", 3)]);
    assert_eq!(both.dynamic, [used("orders", Class::Unknown, "b.go", 7)]);
}

#[test]
fn references_to_other_flags_are_left_out_and_their_service_counts() {
    let of_other = uses(&[report(&orders("api-2", "read", ""))], "api");
    assert_eq!((of_other.services.len(), of_other.of_flag.len()), (1, 0));
}

#[test]
fn a_report_of_all_services_names_them_in_its_references() {
    let text = orders("api", "comment", "").replace("\"orders\"", "null");
    let text = text.replace("\"more\":1", "\"service\":\"payments\"");
    assert_eq!(uses(&[report(&text)], "api").of_flag, [used("payments", Class::Comment, "a.go", 3)]);
}

#[test]
fn every_class_that_is_written_is_read() {
    for class in Class::ALL {
        let found = uses(&[report(&orders("api", class.as_str(), ""))], "api");
        assert_eq!(found.of_flag[0].class, class);
    }
}

#[test]
fn what_is_no_report_is_refused() {
    assert_eq!(refused(&orders("api", "rumour", "")), "`rumour` is not known");
    let newer = orders("api", "read", "").replace("\"version\":1", "\"version\":2");
    assert_eq!(refused(&newer), "its version is 2, and only 1 is known here");
    assert!(refused("{\"version\":1}").contains("references"));
    assert!(refused("[").contains("EOF"));
}
