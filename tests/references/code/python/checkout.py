from openfeature import api

from shop import flags
from shop.flags import NEW_CHECKOUT, Switch

client = api.get_client()


def direct():
    return client.get_boolean_value("new-checkout", False)  #@ read A


def keyword():
    return client.get_string_details(flag_key="pricing.tier", default_value="basic")  #@ read D


def constant():
    return client.get_boolean_value(NEW_CHECKOUT, False)  #@ read A


def module():
    return client.get_boolean_value(flags.NEW_CHECKOUT, False)  #@ read A


def entry():
    return client.get_boolean_value(Switch.FLOW.value, False)  #@ read B


async def later(step):
    """Asks for dark_mode."""  #@ comment C
    await client.get_boolean_value_async(f"checkout-{step}", False)  #@ dynamic
    return await client.get_boolean_value_async("dark_mode", False)  #@ read C


def missing():
    print("dark_mode")  #@ unknown C
    return client.get_boolean_value("gone-flag", False)  #@ undefined


def table(flags_of):
    return flags_of["dark_mode"]  #@ read C


def shadow(NEW_CHECKOUT):
    return client.get_boolean_value(NEW_CHECKOUT, False)  #@ dynamic
