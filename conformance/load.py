"""Sixteen clients with a kept connection each: they create images, share them, list, show, and take half of the shares back.

Usage: load.py CLOUDS URL STOP      until the file STOP is there; then all that was acknowledged is read back

Prints four numbers: requests, failed ones, acknowledged changes that are lost, and the longest time in seconds without an acknowledged
change. Then it prints the first failures and losses.
"""
import http.client, json, os, sys, threading, time, urllib.parse, yaml
clouds, url, stop = sys.argv[1:]
at = urllib.parse.urlsplit(url)
clouds = yaml.safe_load(open(clouds))['clouds']


class Connection:
    """Counts what it sends; one that has failed is opened anew."""

    def __init__(self, token=None):
        self.http = http.client.HTTPConnection(at.hostname, at.port, timeout=30)
        self.token = token
        self.requests, self.failures = 0, []

    def send(self, method, path, body=None):
        """Headers and text of an answer, or None."""
        self.requests += 1
        try:
            self.http.request(method, path, body and json.dumps(body),
                              {**({'X-Auth-Token': self.token} if self.token else {}), 'Content-Type': 'application/json'})
            answer = self.http.getresponse()
            text = answer.read()
            if answer.status >= 300:
                raise ValueError('%d %s' % (answer.status, text[:200]))
            return answer.headers, text
        except (OSError, http.client.HTTPException, ValueError) as e:
            self.http.close()
            self.failures.append('%s %s: %r' % (method, path, e))
            return None


def sign_in(name):
    """Token, and id of the project."""
    auth = clouds[name]['auth']
    headers, text = Connection().send('POST', '/v3/auth/tokens', {'auth': {
        'identity': {'methods': ['password'], 'password': {'user': {
            'name': auth['username'], 'password': auth['password'], 'domain': {'name': auth['user_domain_name']}}}},
        'scope': {'project': {'name': auth['project_name'], 'domain': {'name': auth['project_domain_name']}}}}})
    return headers['X-Subject-Token'], json.loads(text)['token']['project']['id']


alice, _ = sign_in('alice')
_, bob = sign_in('bob')


class Client:
    def __init__(self):
        self.connection = Connection(alice)
        self.members = {}  # of each image: those that it has for certain; None: a failed request may have changed them
        self.acknowledged = []  # when

    def change(self, image, members, *request):
        """Whether it is acknowledged that the image has these members now."""
        answer = self.connection.send(*request)
        if answer is not None:
            self.acknowledged.append(time.monotonic())
        if image is not None:
            self.members[image] = members if answer is not None else None
        return answer

    def run(self):
        while not os.path.exists(stop):
            if not self.one_image(takes_back=len(self.members) % 2 == 0):
                time.sleep(0.1)
        self.ended = time.monotonic()
        self.losses = list(self.lost())

    def one_image(self, takes_back):
        answer = self.change(None, [], 'POST', '/v2/images', {'name': 'load', 'disk_format': 'raw', 'container_format': 'bare'})
        if answer is None:
            return False
        image = json.loads(answer[1])['id']
        self.members[image] = []
        path = '/v2/images/' + image
        return (self.change(image, [bob], 'POST', path + '/members', {'member': bob})
                and all(self.connection.send('GET', one) for one in (path + '/members', '/v2/images?limit=5', path))
                and (not takes_back or self.change(image, [], 'DELETE', path + '/members/' + bob)))

    def lost(self):
        """What is not there any more."""
        check = Connection(alice)
        for image, members in self.members.items():
            answer = check.send('GET', '/v2/images/%s/members' % image)
            found = answer and [member['member_id'] for member in json.loads(answer[1])['members']]
            if found is None or members not in (None, found):
                yield '%s has the members %s, not %s %s' % (image, found, members, check.failures[-1:])


clients = [Client() for _ in range(16)]
threads = [threading.Thread(target=client.run) for client in clients]
began = time.monotonic()
[thread.start() for thread in threads]
[thread.join() for thread in threads]
times = [began] + sorted(one for client in clients for one in client.acknowledged) + [max(client.ended for client in clients)]
failures = [one for client in clients for one in client.connection.failures]
losses = [one for client in clients for one in client.losses]
print(sum(client.connection.requests for client in clients), len(failures), len(losses),
      '%.1f' % max(after - before for before, after in zip(times, times[1:])))
print('\n'.join(failures[:20] + losses[:20]))
