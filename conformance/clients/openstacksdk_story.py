"""The share story through openstacksdk's proxies and its cloud layer."""

import openstack

from story import CONTENT, NAME, check


def cloud(name):
    return openstack.connect(cloud=name)


alice, bob = cloud("alice"), cloud("bob")
bobs_project = bob.current_project_id
check("the catalogue leads to image API 2", alice.image.get_api_major_version()[0] == 2)

image = alice.image.create_image(
    NAME, data=CONTENT, disk_format="raw", container_format="bare", visibility="shared", wait=True
)
image = alice.image.get_image(image.id)
try:
    check("the image is uploaded", image.status == "active" and image.size == len(CONTENT))
    check("bob does not find it", bob.image.find_image(image.id) is None)

    alice.image.add_member(image, member_id=bobs_project)
    offers = list(bob.image.images(visibility="shared", member_status="pending"))
    check("bob has the offer", image.id in [offer.id for offer in offers])
    bob.image.update_member(bobs_project, image.id, status="accepted")
    check("alice sees that he accepted", [m.status for m in alice.image.members(image)] == ["accepted"])
    check("bob lists it", image.id in [i.id for i in bob.image.images()])
    check("the cloud layer finds it by name", bob.get_image(NAME).id == image.id)
    check("bob reads the same bytes", bob.image.download_image(image.id).content == CONTENT)

    alice.image.remove_member(bobs_project, image=image)
    check("taken back, bob does not find it", bob.image.find_image(image.id) is None)
    try:
        bob.image.download_image(image.id)
        check("nor its bytes", False)
    except openstack.exceptions.NotFoundException:
        check("nor its bytes", True)
finally:
    alice.image.delete_image(image)
check("deleted, it is gone", alice.image.find_image(image.id) is None)
