const WRAPPED: FlagKey = FlagKey::new("ads"); //@ declared E

async fn made(client: &Client) -> bool {
    let key = std::env::var("FLAG_KEY").unwrap();
    let on = client.get_bool_value(&key, None, None).await; //@ dynamic
    on.unwrap_or(false) && client.get_bool_value(WRAPPED, None, None).await.unwrap_or(false) //@ read E
}
