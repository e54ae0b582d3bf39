use open_feature::Client;

async fn one(client: &Client) {
    let key = "ads"; //@ declared E
    client.get_bool_value(key, None, None).await; //@ read E
}

async fn other(client: &Client) {
    let key = "dark_mode"; //@ declared C
    client.get_bool_value(key, None, None).await; //@ read C
}

async fn parameter(client: &Client, key: &str) {
    client.get_bool_value(key, None, None).await; //@ dynamic
}

async fn forms(client: &Client) {
    client.get_struct_value::<Tier>("pricing.tier", None, None).await; //@ read D
    client.get_bool_value(&"ads".to_string(), None, None).await; //@ read E
    client.get_bool_value("no-such-flag", None, None).await; //@ undefined
    let on = is_feature_enabled!("dark_mode"); //@ read C
    assert_eq!(name, "pricing.tier"); //@ unknown D
    tokio::join!(client.get_bool_value("ads", None, None)); //@ read E
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads() {
        client.get_bool_value("dark_mode", None, None); //@ test C
    }
}
