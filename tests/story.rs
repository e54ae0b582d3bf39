//! The story that the project exists for, told to the binary: a rolling deploy, a switch, a rollback, a broken kill switch.

#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod transcript;

use std::fs;

use transcript::Repository;

/// A repository with the sample workspace, and what is asked of it.
struct Shop(Repository);

impl Shop {
    /// The exit code of a command, and all that it says.
    fn ask(&self, line: &str) -> (i32, String) {
        let output = self.0.run(line);
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(said).unwrap())
    }

    /// Does something that has to go well.
    fn must(&self, line: &str) {
        let (code, said) = self.ask(line);
        assert_eq!(code, 0, "{line}\n{said}");
    }

    /// Nothing that is live is in the way. A killed flag's own tests may say what they like.
    fn is_coordinated(&self) {
        let (_, said) = self.ask("flagc check --format json");
        for rule in ["service-not-ready", "kill-switch-broken", "readiness-unknown"] {
            assert!(!said.contains(rule), "{said}");
        }
    }

    /// Kills the flags of the release in production, or takes the kills back.
    fn kill_release(&self, killed: bool) {
        for flag in ["checkout/new-checkout-flow.toml", "checkout/new-receipts.toml"] {
            self.kill(flag, killed);
        }
    }

    /// Kills a flag in production, or takes the kill back.
    fn kill(&self, flag: &str, killed: bool) {
        let file = self.0.path().join("flags").join(flag);
        let text = fs::read_to_string(&file).unwrap().replace("enabled = false\n", "");
        let header = "[environments.production]\n";
        assert!(text.contains(header), "{flag}");
        let killed = if killed { format!("{header}enabled = false\n") } else { header.to_owned() };
        fs::write(&file, text.replace(header, &killed)).unwrap();
    }
}

#[test]
fn ten_services_ship_and_one_switch_is_flipped() {
    let shop = Shop(Repository::new());
    shop.kill_release(true);

    // A rolling deploy of orders, and the flag off: whatever is live may be.
    shop.must("flagc deployed set orders 1.7.3 -e production --replace");
    shop.must("flagc deployed set orders 1.8.0 -e production --add");
    shop.is_coordinated();

    // Turning it to 5 % is refused, and both versions are named; so is the question before anybody edits.
    let (code, said) = shop.ask("flagc ready new-checkout -e production --serve on");
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("1.7.3") && said.contains("wait until orders 1.7.3 is gone"), "{said}");
    shop.kill_release(false);
    let (code, said) = shop.ask("flagc check --format json");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("`orders` 1.7.3 is live in `production` beside 1.8.0 and cannot serve `on`"),
        "{said}"
    );

    // The old version is gone: allowed.
    shop.must("flagc deployed remove orders 1.7.3 -e production");
    shop.must("flagc check --deny warnings");
    shop.must("flagc ready new-checkout -e production --serve on");

    // It must not come back while the flag is on.
    let (code, said) = shop.ask("flagc can-deploy orders 1.7.3 -e production");
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("new-checkout-flow") && said.contains("new-receipts"), "{said}");
    shop.must("flagc can-deploy orders 1.9.0 -e production");

    // Payments loses the old path: the kill switch is broken, and this is said before the deploy as well as after it.
    let (code, said) = shop.ask("flagc can-deploy payments 3.0.0 -e production");
    assert_eq!(code, 1, "{said}");
    shop.must("flagc deployed set payments 3.0.0 -e production --instance eu");
    let (code, said) = shop.ask("flagc check --format json");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("kill-switch-broken") && said.contains("`new-checkout-flow` cannot be killed"),
        "{said}"
    );
    // A build does not wait for that.
    shop.must("git add -A && git -c user.name=a -c user.email=a@example.com commit -qm deploy");
    shop.must("flagc build -e production --dev");

    // Killed, everything may be rolled back.
    shop.kill_release(true);
    shop.kill("payments/new-payments-api.toml", true);
    shop.must("flagc deployed set payments 2.4.1 -e production --instance eu");
    shop.must("flagc can-deploy orders 1.6.0 -e production");
    shop.must("flagc can-deploy payments 2.2.0 -e production");
    shop.is_coordinated();
}
