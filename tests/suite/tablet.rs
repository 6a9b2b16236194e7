//! What makes a tablet independent, as the server gives it: the worker, the page that is filled on the device, the manifest.

use crate::api::site::{Site, get, public, staff};
use otvet::web::State;
use otvet::web::api::offline::Config;

/// The addresses in a list of a script, such as `const SHELL = ["/assets/…"]`.
fn addresses(script: &str) -> Vec<&str> {
    script.split(['"', '\'']).filter(|part| part.starts_with("/assets/")).collect()
}

#[tokio::test]
async fn worker_rules_the_whole_site_and_knows_what_pages_load() {
    let site = Site::example(public());
    let worker = site.get("/sw.js").await;
    assert_eq!(worker.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(worker.header("cache-control"), "no-cache");
    let script = worker.text();
    let kept = addresses(&script);
    assert_eq!(kept.len(), 4, "{kept:?}");
    for address in &kept {
        assert!(site.get(address).await.header("cache-control").contains("immutable"), "{address}");
    }
    for address in ["/", "/a/vozvrat", "/offline"] {
        let page = site.get(address).await.text();
        let loaded = page.split('"').filter(|part| part.starts_with("/assets/"));
        let missing: Vec<_> = loaded.filter(|one| !kept.contains(one)).collect();
        assert!(missing.is_empty(), "{address} loads {missing:?}, which the worker does not keep");
    }
    let policy = site.get("/").await.header("content-security-policy").to_owned();
    assert!(policy.contains("worker-src 'self'") && policy.contains("manifest-src 'self'"), "{policy}");
}

#[tokio::test]
async fn page_for_devices_has_templates_and_nothing_of_any_article() {
    let site = Site::example(staff());
    for lang in ["ru", "en"] {
        let page = site.get_with("/offline", &[("accept-language", lang)]).await.text();
        assert!(!page.contains("Возврат товара"), "{lang}");
        let templates: Vec<_> =
            page.split("<template id=\"").skip(1).filter_map(|rest| rest.split_once("</template>")).collect();
        assert!(templates.len() >= 8, "{lang}: {} templates", templates.len());
        for (template, _) in templates {
            let names = |sign: &str| {
                let mut names: Vec<_> = template
                    .split(sign)
                    .skip(1)
                    .filter_map(|rest| rest.split_once('}'))
                    .map(|(name, _)| name)
                    .collect();
                names.sort_unstable();
                names
            };
            let mut opened = [names("{?"), names("{^")].concat();
            opened.sort_unstable();
            assert_eq!(opened, names("{/"), "what is opened is closed: {template}");
        }
    }
}

#[tokio::test]
async fn operating_systems_are_told_how_to_install() {
    let site = Site::example(public());
    let reply = site.get_with("/manifest.webmanifest", &[("accept-language", "en")]).await;
    assert_eq!(reply.header("content-type"), "application/manifest+json");
    let manifest = reply.json();
    assert_eq!(
        (&manifest["name"], &manifest["display"], &manifest["start_url"]),
        (&"Otvet".into(), &"standalone".into(), &"/".into())
    );
    for icon in manifest["icons"].as_array().expect("a list") {
        let image = site.get(icon["src"].as_str().expect("an address")).await;
        assert_eq!(image.header("content-type"), "image/png");
        let side = |at: usize| u32::from_be_bytes(image.body[at..at + 4].try_into().expect("four bytes"));
        assert_eq!(icon["sizes"], format!("{}x{}", side(16), side(20)), "as the image itself says");
    }
    assert_eq!(site.get("/icons/none.png").await.status, 404);
}

#[tokio::test]
async fn nothing_is_registered_where_nothing_may_be_kept() {
    let site = Site::example(public());
    let on = |page: &str| page.contains("id=\"offline\" hidden data-on");
    assert!(on(&site.get("/").await.text()));
    let editions = site.state.editions.clone();
    let off = State { offline: Config { hours: 0, ..Config::default() }, ..State::new(editions, public()) };
    assert!(!on(&get(&std::sync::Arc::new(off), "/").await.text()));
}
