"""What tenants of two versions do on one database: see upgrade.sh.

Usage: upgrade.py make URL CLOUDS STATE      on the version before: one row of every kind, and what they are into STATE
       upgrade.py check URL STATE            on any version: all of it is there and works
       upgrade.py beside URL URL CLOUDS      nodes of both versions: what one does, the other sees at once
"""
import datetime, hashlib, hmac, http.client, json, sys, time, urllib.parse, yaml

ok = failed = 0


def expect(what, wanted, got):
    global ok, failed
    if wanted == got:
        ok += 1
    else:
        failed += 1
        print('FAIL  %s\n      expected: %s\n      got:      %s' % (what, wanted, got))


def field(body, name):
    """A field of an answer; all of it if it is none of JSON."""
    return body.get(name) if isinstance(body, dict) else body


class Node:
    def __init__(self, url):
        self.at = urllib.parse.urlsplit(url)

    def send(self, method, path, token=None, body=None, kind='application/json', headers={}):
        """Status, headers and body; the body is JSON where it can be."""
        one = http.client.HTTPConnection(self.at.hostname, self.at.port, timeout=60)
        data = body if isinstance(body, bytes) or body is None else json.dumps(body)
        one.request(method, path, data, {**headers, **({'X-Auth-Token': token} if token else {}),
                                         **({'Content-Type': kind} if data is not None else {})})
        answer = one.getresponse()
        text = answer.read()
        one.close()
        try:
            return answer.status, answer.headers, json.loads(text)
        except ValueError:
            return answer.status, answer.headers, text.decode()

    def must(self, wanted, *request, **more):
        status, headers, body = self.send(*request, **more)
        if status != wanted:
            raise SystemExit('%s is %d, not %d: %s' % (request[:2], status, wanted, body))
        return body

    def login(self, auth):
        body = {'auth': {'identity': {'methods': ['password'], 'password': {'user': {
            'name': auth['username'], 'password': auth['password'], 'domain': {'name': auth['user_domain_name']}}}},
            'scope': {'project': {'name': auth['project_name'], 'domain': {'name': auth['project_domain_name']}}}}}
        status, headers, details = self.send('POST', '/v3/auth/tokens', None, body)
        if status != 201:
            raise SystemExit('login of %s: %d %s' % (auth['username'], status, details))
        return headers['X-Subject-Token'], details['token']

    def image(self, token, name, **more):
        return self.must(201, 'POST', '/v2/images', token,
                         {'name': name, 'disk_format': 'raw', 'container_format': 'bare', **more})['id']

    def upload(self, token, image, data):
        self.must(204, 'PUT', '/v2/images/%s/file' % image, token, data, 'application/octet-stream')

    def job(self, token, project, job):
        for _ in range(300):
            found = self.must(200, 'GET', '/v1/%s/jobs/%s' % (project, job), token)
            if found['status'] in ('SUCCESS', 'FAIL'):
                return found
            time.sleep(0.1)
        raise SystemExit('the job does not end: %s' % found)


def make(url, clouds, state):
    node = Node(url)
    auth = {name: cloud['auth'] for name, cloud in yaml.safe_load(open(clouds))['clouds'].items()}
    alice, of_alice = node.login(auth['alice'])
    bob, of_bob = node.login(auth['bob'])
    admin, of_admin = node.login(auth['admin'])
    project = {'alice': of_alice['project']['id'], 'bob': of_bob['project']['id']}
    made = {'auth': auth, 'tokens': {'alice': alice, 'bob': bob, 'admin': admin}, 'projects': project}

    # images: with bytes, without, private, shared with every status, community, deactivated, deleted; tags, properties
    images = made['images'] = {}
    for name, visibility in (('golden', 'shared'), ('draft', 'private'), ('open', 'community'), ('offered', 'shared'),
                             ('declined', 'shared'), ('gone', 'private'), ('asleep', 'private'), ('batch1', 'private'),
                             ('batch2', 'private')):
        images[name] = node.image(alice, name, visibility=visibility, tags=['v1'], os_distro='debian')
        if name == 'open':
            node.must(204, 'PUT', '/v2/images/%s/stage' % images[name], alice, name.encode(), 'application/octet-stream')
            node.must(202, 'POST', '/v2/images/%s/import' % images[name], alice, {'method': {'name': 'glance-direct'}})
        elif name != 'draft':
            node.upload(alice, images[name], name.encode())
    for name, status in (('golden', 'accepted'), ('offered', None), ('declined', 'rejected')):
        members = '/v2/images/%s/members' % images[name]
        node.must(200, 'POST', members, alice, {'member': project['bob']})
        if status:
            node.must(200, 'PUT', members + '/' + project['bob'], bob, {'status': status})
    node.must(204, 'POST', '/v2/images/%s/actions/deactivate' % images['asleep'], admin)
    node.must(204, 'DELETE', '/v2/images/' + images['gone'], alice)

    # a batch, done
    job = node.must(200, 'POST', '/v1/cloudimages/members', alice,
                    {'images': [images['batch1'], images['batch2']], 'projects': [project['bob']]})['job_id']
    node.job(alice, project['alice'], job)
    made['job'] = job

    # identities: domain, project, user, group, roles, grants to both, an access key, a custom policy, an enterprise project
    domain = node.must(201, 'POST', '/v3/domains', admin, {'domain': {'name': 'acme'}})['domain']['id']
    in_acme = node.must(201, 'POST', '/v3/projects', admin, {'project': {'name': 'build', 'domain_id': domain}})['project']['id']
    user = node.must(201, 'POST', '/v3/users', admin, {'user': {
        'name': 'ann', 'password': 'a password of ann', 'domain_id': domain, 'email': 'ann@example.org'}})['user']['id']
    group = node.must(201, 'POST', '/v3/groups', admin, {'group': {'name': 'readers', 'domain_id': domain}})['group']['id']
    node.must(204, 'PUT', '/v3/groups/%s/users/%s' % (group, user), admin)
    role = {one['name']: one['id'] for one in node.must(200, 'GET', '/v3/roles', admin)['roles']}
    node.must(204, 'PUT', '/v3/projects/%s/users/%s/roles/%s' % (in_acme, user, role['member']), admin)
    node.must(204, 'PUT', '/v3/projects/%s/groups/%s/roles/%s' % (in_acme, group, role['reader']), admin)
    auth['ann'] = {'username': 'ann', 'password': 'a password of ann', 'user_domain_name': 'acme',
                   'project_name': 'build', 'project_domain_name': 'acme'}
    made['tokens']['ann'], _ = node.login(auth['ann'])
    made['user'] = user
    key = node.must(201, 'POST', '/v3.0/OS-CREDENTIAL/credentials', made['tokens']['ann'],
                    {'credential': {'user_id': user, 'description': 'of ann'}})['credential']
    made['key'] = {'access': key['access'], 'secret': key['secret']}
    policy = node.must(201, 'POST', '/v3.0/OS-ROLE/roles', alice, {'role': {
        'display_name': 'no-deletion', 'type': 'XA', 'description': '', 'policy': {'Version': '1.1', 'Statement': [
            {'Effect': 'Deny', 'Action': ['ims:images:delete']}]}}})['role']['id']
    made['policy'] = policy
    enterprise = node.must(201, 'POST', '/v1.0/enterprise-projects', alice, {'name': 'north', 'description': ''})
    made['enterprise'] = enterprise['enterprise_project']['id']
    revoked, _ = node.login(auth['bob'])
    node.must(204, 'DELETE', '/v3/auth/tokens', revoked, headers={'X-Subject-Token': revoked})
    made['revoked'] = revoked
    json.dump(made, open(state, 'w'), indent=1)


def check(url, state):
    node = Node(url)
    made = json.load(open(state))
    images, project, tokens = made['images'], made['projects'], made['tokens']
    # tokens from before, and new ones
    for name in made['auth']:
        token, _ = node.login(made['auth'][name])
        expect('a token of %s from before' % name, 200, node.send('GET', '/v2/images', tokens[name])[0])
        expect('a new token of %s' % name, 200, node.send('GET', '/v2/images', token)[0])
    expect('a token revoked before', 401, node.send('GET', '/v2/images', made['revoked'])[0])
    alice, bob, admin, ann = (tokens[name] for name in ('alice', 'bob', 'admin', 'ann'))

    def show(token, name):
        return node.send('GET', '/v2/images/' + images[name], token)

    for name, status, visibility in (
            ('golden', 'active', 'shared'), ('draft', 'queued', 'private'), ('open', 'active', 'community'),
            ('asleep', 'deactivated', 'private'), ('batch1', 'active', 'shared'), ('batch2', 'active', 'shared')):
        code, _, image = show(alice, name)
        expect('image ' + name, (200, status, visibility, ['v1'], 'debian'),
               (code, *(field(image, name) for name in ('status', 'visibility', 'tags', 'os_distro'))))
    expect('a deleted image', 404, show(alice, 'gone')[0])
    expect('the id of a deleted image', 409, node.send('POST', '/v2/images', alice, {'id': images['gone']})[0])
    tasks = node.must(200, 'GET', '/v2/images/%s/tasks' % images['open'], alice)['tasks']
    expect('the task of an import', ['success'], [task['status'] for task in tasks])
    expect('bytes', 'golden', node.send('GET', '/v2/images/%s/file' % images['golden'], bob)[2])
    for name, status in (('golden', 'accepted'), ('offered', 'pending'), ('declined', 'rejected'), ('batch1', 'pending')):
        code, _, member = node.send('GET', '/v2/images/%s/members/%s' % (images[name], project['bob']), bob)
        expect('membership of ' + name, (200, status), (code, field(member, 'status')))
    expect('what bob is offered', {images['offered'], images['batch1'], images['batch2']},
           {image['id'] for image in node.must(200, 'GET', '/v2/images?visibility=shared&member_status=pending', bob)['images']})
    expect('a private image of another', 404, show(bob, 'draft')[0])
    job = node.must(200, 'GET', '/v1/%s/jobs/%s' % (project['alice'], made['job']), alice)
    expect('the job', 'SUCCESS', job['status'])
    user = node.must(200, 'GET', '/v3/users/' + made['user'], admin)['user']
    expect('user ann', ('ann', 'ann@example.org', None), (user['name'], user['email'], user['password_expires_at']))
    keys = node.must(200, 'GET', '/v3.0/OS-CREDENTIAL/credentials', ann)['credentials']
    expect('the access key', [made['key']['access']], [key['access'] for key in keys])
    expect('a signed request', 200, signed(node, made['key'], '/v2/images'))
    policy = node.must(200, 'GET', '/v3.0/OS-ROLE/roles/' + made['policy'], alice)['role']
    expect('the custom policy', 'no-deletion', policy['display_name'])
    enterprise = node.must(200, 'GET', '/v1.0/enterprise-projects/' + made['enterprise'], alice)
    expect('the enterprise project', 'north', enterprise['enterprise_project']['name'])
    # and it can be changed
    another = node.image(ann, 'another')
    node.upload(ann, another, b'another')
    expect('a new image', 'another', node.send('GET', '/v2/images/%s/file' % another, ann)[2])
    node.must(204, 'DELETE', '/v2/images/' + another, ann)


def signed(node, key, path):
    """SDK-HMAC-SHA256, as the vendor's SDKs sign."""
    date = datetime.datetime.now(datetime.timezone.utc).strftime('%Y%m%dT%H%M%SZ')
    canonical = 'GET\n%s/\n\nx-sdk-date:%s\n\nx-sdk-date\n%s' % (path, date, hashlib.sha256(b'').hexdigest())
    text = 'SDK-HMAC-SHA256\n%s\n%s' % (date, hashlib.sha256(canonical.encode()).hexdigest())
    signature = hmac.new(key['secret'].encode(), text.encode(), hashlib.sha256).hexdigest()
    return node.send('GET', path, headers={'X-Sdk-Date': date, 'Authorization':
        'SDK-HMAC-SHA256 Access=%s, SignedHeaders=x-sdk-date, Signature=%s' % (key['access'], signature)})[0]


def beside(before, after, clouds, rounds=20):
    nodes = {'before': Node(before), 'after': Node(after)}
    auth = {name: cloud['auth'] for name, cloud in yaml.safe_load(open(clouds))['clouds'].items()}
    for one, other in (('before', 'after'), ('after', 'before')) * rounds:
        here, there = nodes[one], nodes[other]
        way = '%s, then %s: ' % (one, other)
        alice, of_alice = here.login(auth['alice'])
        bob, of_bob = here.login(auth['bob'])
        project = of_bob['project']['id']
        image = here.image(alice, 'side by side', visibility='shared')
        here.upload(alice, image, b'bytes')
        members = '/v2/images/%s/members' % image
        expect(way + 'nobody has it yet', 404, there.send('GET', '/v2/images/' + image, bob)[0])
        here.must(200, 'POST', members, alice, {'member': project})
        expect(way + 'it is shared', 200, there.send('GET', '/v2/images/' + image, bob)[0])
        there.must(200, 'PUT', members + '/' + project, bob, {'status': 'accepted'})
        expect(way + 'it is accepted', 'accepted', here.must(200, 'GET', members + '/' + project, alice)['status'])
        expect(way + 'bytes', 'bytes', there.send('GET', '/v2/images/%s/file' % image, bob)[2])
        there.must(204, 'DELETE', members + '/' + project, alice)
        expect(way + 'it is taken back', 404, here.send('GET', '/v2/images/' + image, bob)[0])
        job = here.must(200, 'POST', '/v1/cloudimages/members', alice, {'images': [image], 'projects': [project]})['job_id']
        expect(way + 'a batch', 'SUCCESS', there.job(alice, of_alice['project']['id'], job)['status'])
        expect(way + 'what it did', 'pending', there.must(200, 'GET', members + '/' + project, bob)['status'])
        there.must(204, 'DELETE', '/v2/images/' + image, alice)
        expect(way + 'it is deleted', 404, here.send('GET', '/v2/images/' + image, alice)[0])
        here.must(204, 'DELETE', '/v3/auth/tokens', bob, headers={'X-Subject-Token': bob})
        expect(way + 'a token is revoked', 401, there.send('GET', '/v2/images', bob)[0])


{'make': make, 'check': check, 'beside': beside}[sys.argv[1]](*sys.argv[2:])
if sys.argv[1] != 'make':
    print('%d passed, %d failed' % (ok, failed))
sys.exit(1 if failed else 0)
