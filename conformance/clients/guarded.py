"""An application behind keystonemiddleware's auth_token, as any OpenStack service is: it says who asks.

Input: AUTH_URL, SERVICE_USER, SERVICE_PASSWORD, SERVICE_PROJECT; its service user is in the domain Default. Prints its address.
"""
import os
import sys
import wsgiref.simple_server

from keystonemiddleware import auth_token


def application(environ, start_response):
    who = [environ.get("HTTP_X_USER_NAME", "?"), environ.get("HTTP_X_PROJECT_ID", "?"), environ.get("HTTP_X_ROLES", "?")]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [" ".join(who).encode()]


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


guarded = auth_token.AuthProtocol(
    application,
    {
        "auth_type": "password",
        "auth_url": os.environ["AUTH_URL"],
        "www_authenticate_uri": os.environ["AUTH_URL"],
        "username": os.environ["SERVICE_USER"],
        "password": os.environ["SERVICE_PASSWORD"],
        "project_name": os.environ["SERVICE_PROJECT"],
        "user_domain_name": "Default",
        "project_domain_name": "Default",
        "token_cache_time": "-1",
        "service_token_roles_required": "true",
    },
)
server = wsgiref.simple_server.make_server("127.0.0.1", 0, guarded, handler_class=Quiet)
print("http://127.0.0.1:%d/" % server.server_port)
sys.stdout.flush()
server.serve_forever()
