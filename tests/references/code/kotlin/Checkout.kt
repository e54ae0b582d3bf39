package shop

import dev.openfeature.kotlin.sdk.OpenFeatureAPI
import shop.Flags.NEW_CHECKOUT as NEXT
import shop.Colours.NEW_CHECKOUT as PAINT

class Checkout(private val client: Client) {
    fun direct() = client.getBooleanValue("new-checkout", false) //@ read A

    fun constant() = client.getBooleanValue(Flags.NEW_CHECKOUT, false) //@ read A

    fun renamed() = client.getBooleanValue(NEXT, false) //@ read A

    fun paint() = paint(PAINT)

    fun colour() = paint(Colours.NEW_CHECKOUT)

    fun entry(): Boolean {
        return client.getBooleanValue(Switch.FLOW.key, false) //@ read B
    }

    fun details() = client.getStringDetails(key = "pricing.tier", defaultValue = "basic") //@ read D

    fun dynamic(step: String) = client.getBooleanValue("new-$step", false) //@ dynamic

    /* dark_mode is old */ //@ comment C
    fun unknown() = println("dark_mode") //@ unknown C
}
