//! The HTTP contract, through the router: what every endpoint answers, to whom, and what bad input gets.

mod answers;
mod caching;
mod events;
mod filters;
mod history;
mod input;
mod offline;
pub(crate) mod site;

/// Run with `OTVET_WRITE=1` to take over a change of the contract.
#[test]
fn description_in_the_repository_is_that_of_the_handlers() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let made = otvet::web::api::openapi::document();
    if std::env::var_os("OTVET_WRITE").is_some() {
        std::fs::write(path, &made).expect("openapi.json can be written");
    }
    let kept = std::fs::read_to_string(path).expect("openapi.json is in the repository");
    assert!(
        kept == made,
        "openapi.json is not what the handlers say: run with OTVET_WRITE=1 and look at the difference"
    );
}

#[test]
fn description_names_every_code_that_a_problem_can_have() {
    let document = otvet::web::api::openapi::document();
    // These come from any address alike, so they are described once, not with every endpoint.
    let everywhere =
        ["bad_request", "not_found", "method_not_allowed", "body_too_large", "headers_too_large", "internal_error"];
    for (code, ..) in otvet::web::error::CODES.iter().filter(|(code, ..)| !everywhere.contains(code)) {
        assert!(document.contains(&format!("`{code}`")), "{code} is not described");
    }
}
