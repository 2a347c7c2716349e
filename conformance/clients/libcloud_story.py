"""The share story through Apache Libcloud, whose OpenStack driver knows members of images.

It uploads no image, takes none back and deletes by the compute service: openstacksdk does these.
"""

import os

import openstack
from libcloud.common.exceptions import BaseHTTPError
from libcloud.compute.providers import get_driver
from libcloud.compute.types import NodeImageMemberState, Provider

from story import CONTENT, NAME, check


def driver(who):
    def setting(name):
        return os.environ[who + "_" + name]

    return get_driver(Provider.OPENSTACK)(
        setting("USERNAME"),
        setting("PASSWORD"),
        ex_force_auth_url=os.environ["SERVER_URL"],
        ex_force_auth_version="3.x_password",
        ex_domain_name=setting("DOMAIN"),
        ex_tenant_name=setting("PROJECT"),
        ex_tenant_domain_id=setting("DOMAIN_ID"),
        ex_force_service_region=os.environ["REGION"],
        # There is no compute service, whose address the driver wants before it asks for images.
        ex_force_base_url=os.environ["IMAGE_URL"],
        ex_force_image_url=os.environ["IMAGE_URL"],
        api_version="2.2",
    )


def is_absent(driver, image):
    try:
        driver.get_image(image.id)
        return False
    except BaseHTTPError as error:
        return error.code == 404


alice, bob = driver("ALICE"), driver("BOB")
bobs_project = os.environ["BOB_PROJECT_ID"]
uploader = openstack.connect(cloud="alice")
image = uploader.image.create_image(
    NAME, data=CONTENT, disk_format="raw", container_format="bare", visibility="shared", wait=True
)
try:
    check("alice lists it", image.id in [i.id for i in alice.list_images()])
    check("alice shows it", alice.get_image(image.id).name == NAME)
    check("bob cannot", is_absent(bob, image))
    member = alice.ex_create_image_member(image.id, bobs_project)
    check("alice offers it", member.state == NodeImageMemberState.PENDING)
    bob.ex_accept_image_member(image.id, bobs_project)
    check("bob has accepted", bob.ex_get_image_member(image.id, bobs_project).state == NodeImageMemberState.ACCEPTED)
    check("alice sees one member", [m.id for m in alice.ex_list_image_members(image.id)] == [bobs_project])
    check("bob lists it", image.id in [i.id for i in bob.list_images()])
    renamed = alice.ex_update_image(
        image.id, [{"op": "replace", "path": "/name", "value": NAME + " renamed"}]
    )
    check("alice renames it", renamed.name == NAME + " renamed")
    uploader.image.remove_member(bobs_project, image=image.id)
    check("taken back, bob cannot show it", is_absent(bob, image))
finally:
    uploader.image.delete_image(image)
check("deleted, alice cannot show it", is_absent(alice, image))
