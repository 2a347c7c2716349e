"""Reads events that `format=cadf` has written, and fails unless pycadf calls each valid: cadf.py FILE."""
import json
import sys

from pycadf import attachment, cadftaxonomy, event, host, reason, resource


def read(one):
    taken = dict(one)
    made = resource.Resource(id=taken.pop('id'), typeURI=taken.pop('typeURI'), name=taken.pop('name', None))
    if 'host' in taken:
        made.host = host.Host(**taken.pop('host'))
    # Keystone adds these to its initiators, too.
    unknown = set(taken) - {'project_id', 'request_id', 'global_request_id'}
    assert not unknown, unknown
    assert made.typeURI in cadftaxonomy.RESOURCE_TAXONOMY, made.typeURI
    assert made.is_valid(), one
    return made


events = json.load(open(sys.argv[-1], encoding='utf-8'))['events']
assert events, 'no events'
for one in events:
    taken = dict(one)
    assert taken.pop('typeURI') == event.TYPE_URI_EVENT, one
    attachments = taken.pop('attachments')
    why = taken.pop('reason', None)
    made = event.Event(
        eventType=taken.pop('eventType'), id=taken.pop('id'), eventTime=taken.pop('eventTime'), action=taken.pop('action'),
        outcome=taken.pop('outcome'), name=taken.pop('name'), initiator=read(taken.pop('initiator')),
        target=read(taken.pop('target')), observer=read(taken.pop('observer')),
        reason=reason.Reason(**why) if why else None)
    assert not taken, taken
    for attached in attachments:
        made.add_attachment(attachment.Attachment(**attached))
    assert made.action in cadftaxonomy.ACTION_TAXONOMY, made.action
    assert made.outcome in cadftaxonomy.OUTCOME_TAXONOMY, made.outcome
    assert made.is_valid(), one
    # It writes what it has read.
    assert made.as_dict()['id'] == one['id'], made.as_dict()
print('%d events are valid CADF' % len(events))
