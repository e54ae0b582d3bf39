from flags import NEW_CHECKOUT as CHECKOUT, Switch as S
import flags as all_flags

ALL = ["ads", "dark_mode"]  #@ declared E declared C


def one():
    key = "ads"  #@ declared E
    return client.get_boolean_value(key, False)  #@ read E


def other():
    key = "dark_mode"  #@ declared C
    return client.get_boolean_value(key, False)  #@ read C


def parameter(key):
    return client.get_boolean_value(key, False)  #@ dynamic


def default(flag="ads"):  #@ declared E
    return client.get_boolean_value(flag, False)  #@ dynamic


def loop():
    for key in ALL:
        client.get_boolean_value(key, False)  #@ dynamic


def renamed():
    client.get_boolean_value(CHECKOUT, False)  #@ read A
    client.get_boolean_value(S.DARK, False)  #@ read C
    client.get_boolean_value(all_flags.NEW_CHECKOUT, False)  #@ read A


class Page:
    """Shows ads."""  #@ comment E
    key = "pricing.tier"  #@ declared D

    def tier(self):
        """dark_mode"""  #@ comment C
        return self.client.get_string_value(self.key, "basic")  #@ read D


def pieces(x):
    client.get_boolean_value("new-" "checkout", False)  #@ read A
    client.get_boolean_value("checkout-%s" % x, False)  #@ dynamic
    client.get_boolean_value("ads" if x else "dark_mode", False)  #@ read E read C
    client.get_boolean_value("checkout-{}".format(x), False)  #@ dynamic


@feature_flag("ads")  #@ read E
def decorated():
    return aggregate("dark_mode")  #@ unknown C


@pytest.mark.parametrize("name", ["pricing.tier"])  #@ unknown D
def marked(name):
    return os.environ.get("pricing.tier")  #@ unknown D
