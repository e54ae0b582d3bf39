package shop

sealed class Toggle(val key: String) {
    object Dark : Toggle("dark_mode") //@ declared C
}

class Scopes(private val client: Client, private val injected: String) {
    companion object {
        const val ADS = "ads" //@ declared E
    }

    fun one(): Boolean {
        val key = "new-checkout" //@ declared A
        return client.getBooleanValue(key, false) //@ read A
    }

    fun other(): Boolean {
        val key = "dark_mode" //@ declared C
        return client.getBooleanValue(key, false) //@ read C
    }

    fun parameter(key: String) = client.getBooleanValue(key, false) //@ dynamic

    fun injected() = client.getBooleanValue(injected, false) //@ dynamic

    fun ofTheClass() = client.getBooleanValue(ADS, false) //@ read E

    fun sealed() = client.getBooleanValue(Toggle.Dark.key, false) //@ read C

    fun each() = listOf("ads", "dark_mode").forEach { //@ unknown E unknown C
        client.getBooleanValue(it, false) //@ dynamic
    }

    fun asked() = Switch.FLOW.isEnabled() //@ read B

    @FeatureFlag("pricing.tier") //@ read D
    fun annotated() = aggregate("ads") //@ unknown E
}
