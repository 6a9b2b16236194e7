//! The JSON API through the router: the contract, bad input, caching.

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
        "openapi.json is not what the handlers say: run this test with OTVET_WRITE=1 and look at the difference"
    );
}
