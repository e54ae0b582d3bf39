use open_feature::OpenFeature;
use crate::flags::{self, NEW_CHECKOUT, Switch};

/// Asks for new-checkout. //@ comment A
async fn all(client: &open_feature::Client, step: &str) {
    client.get_bool_value("new-checkout", None, None).await; //@ read A
    client.get_bool_value(NEW_CHECKOUT, None, None).await; //@ read A
    client.get_bool_details(flags::NEW_CHECKOUT, None, None).await; //@ read A
    client.get_bool_value(Switch::Flow.key(), None, None).await; //@ read B
    client.get_string_value("pricing.tier", None, None).await; //@ read D
    client.get_bool_value(&format!("checkout-{step}"), None, None).await; //@ dynamic
    tracing::info!("dark_mode"); //@ unknown C
    println!("{}", client.get_bool_value("gone-from-here", None, None).await.unwrap_or(false)); //@ undefined
    println!("{:?}", client.get_bool_value("new-checkout", None, None).await); //@ read A
    let _ = tokio::join!(client.get_bool_value(&format!("to-{step}"), None, None), other()); //@ dynamic
    let _ = tokio::join!(client.get_bool_value(flags::NEW_CHECKOUT, None, None), other()); //@ read A
    tracing::info!(value = settings.get_bool_value("theme", None, None)); // Of something else.
}
