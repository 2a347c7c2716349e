"""Prints what clients are told that read no clouds.yaml, as a shell's exports. Each cloud gets an access key of its own."""

import shlex
from urllib.parse import urlsplit

import openstack


def say(name, value):
    print(f"export {name}={shlex.quote(value)}")


for cloud in ("alice", "bob"):
    connection = openstack.connect(cloud=cloud)
    session = connection.session
    auth = connection.config.config["auth"]
    access = session.auth.get_access(session)
    server = "{0.scheme}://{0.netloc}".format(urlsplit(auth["auth_url"]))
    keys = server + "/v3.0/OS-CREDENTIAL/credentials"
    key = session.post(keys, json={"credential": {"user_id": access.user_id}}).json()["credential"]
    for name, value in {
        "USERNAME": auth["username"],
        "PASSWORD": auth["password"],
        "DOMAIN": auth["user_domain_name"],
        "DOMAIN_ID": access.user_domain_id,
        "PROJECT": auth["project_name"],
        "PROJECT_ID": access.project_id,
        "TOKEN": session.get_token(),
        "ACCESS_KEY": key["access"],
        "SECRET_KEY": key["secret"],
    }.items():
        say(f"{cloud.upper()}_{name}", value)

say("AUTH_URL", auth["auth_url"])
say("REGION", connection.config.region_name)
say("IMAGE_URL", session.get_endpoint(service_type="image").rstrip("/").removesuffix("/v2"))
say("SERVER_URL", server)
