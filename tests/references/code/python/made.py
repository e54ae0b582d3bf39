import os

KEY = os.getenv("FLAG_KEY")
PARTS = "-".join(["new", "checkout"])
WRAPPED = FlagKey("ads")  #@ declared E


def made(client):
    client.get_boolean_value(KEY, False)  #@ dynamic
    client.get_boolean_value(PARTS, False)  #@ dynamic
    client.get_boolean_value(WRAPPED, False)  #@ read E
