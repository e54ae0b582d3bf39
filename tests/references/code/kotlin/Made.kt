package shop

val wrapped = FlagKey("ads") //@ declared E

fun made(): Boolean {
    val key = System.getenv("FLAG_KEY")
    return client.getBooleanValue(key, false) || client.getBooleanValue(wrapped, false) //@ dynamic read E
}
