// The share story through gophercloud: version 0.12 as Debian packages it.
package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"os"

	"github.com/gophercloud/gophercloud"
	"github.com/gophercloud/gophercloud/openstack"
	"github.com/gophercloud/gophercloud/openstack/identity/v3/tokens"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/imagedata"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/images"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/members"
)

func check(what string, holds bool) {
	if !holds {
		fmt.Println("FAIL  " + what)
		os.Exit(1)
	}
	fmt.Println("ok    " + what)
}

func must(what string, err error) {
	if err != nil {
		fmt.Printf("FAIL  %s: %v\n", what, err)
		os.Exit(1)
	}
	fmt.Println("ok    " + what)
}

// login also tells the id of the project that the token is for.
func login(who string) (*gophercloud.ServiceClient, string) {
	setting := func(name string) string { return os.Getenv(who + "_" + name) }
	provider, err := openstack.AuthenticatedClient(gophercloud.AuthOptions{
		IdentityEndpoint: os.Getenv("AUTH_URL"),
		Username:         setting("USERNAME"),
		Password:         setting("PASSWORD"),
		DomainName:       setting("DOMAIN"),
		Scope:            &gophercloud.AuthScope{ProjectName: setting("PROJECT"), DomainName: setting("DOMAIN")},
	})
	must(who+" logs in", err)
	client, err := openstack.NewImageServiceV2(provider, gophercloud.EndpointOpts{Region: os.Getenv("REGION")})
	must("the catalogue has an image service", err)
	project, err := provider.GetAuthResult().(tokens.CreateResult).ExtractProject()
	must("the token names its project", err)
	return client, project.ID
}

func list(client *gophercloud.ServiceClient, filter images.ListOpts) map[string]bool {
	pages, err := images.List(client, filter).AllPages()
	must("images are listed", err)
	all, err := images.ExtractImages(pages)
	must("and understood", err)
	found := map[string]bool{}
	for _, image := range all {
		found[image.ID] = true
	}
	return found
}

func is404(err error) bool {
	_, absent := err.(gophercloud.ErrDefault404)
	return absent
}

func main() {
	alice, _ := login("ALICE")
	bob, project := login("BOB")
	content := make([]byte, 300000)
	_, _ = rand.Read(content)

	visibility := images.ImageVisibilityShared
	image, err := images.Create(alice, images.CreateOpts{
		Name: "gophercloud", DiskFormat: "raw", ContainerFormat: "bare", Visibility: &visibility,
		Tags: []string{"gophercloud"}, Properties: map[string]string{"os_distro": "debian"},
	}).Extract()
	must("an image is created", err)
	must("and uploaded", imagedata.Upload(alice, image.ID, bytes.NewReader(content)).ExtractErr())
	image, err = images.Get(alice, image.ID).Extract()
	must("and shown", err)
	check("it is active and whole", image.Status == images.ImageStatusActive && image.SizeBytes == int64(len(content)))
	check("with its property", image.Properties["os_distro"] == "debian")
	image, err = images.Update(alice, image.ID, images.UpdateOpts{
		images.ReplaceImageName{NewName: "gophercloud renamed"},
		images.ReplaceImageTags{NewTags: []string{"renamed"}},
	}).Extract()
	must("it is renamed", err)

	check("bob cannot see it", is404(images.Get(bob, image.ID).Err))
	_, err = members.Create(alice, image.ID, project).Extract()
	must("alice offers it to bob", err)
	check("bob has the offer",
		list(bob, images.ListOpts{Visibility: images.ImageVisibilityShared, MemberStatus: images.ImageMemberStatusPending})[image.ID])
	_, err = members.Update(bob, image.ID, project, members.UpdateOpts{Status: "accepted"}).Extract()
	must("bob accepts", err)
	member, err := members.Get(alice, image.ID, project).Extract()
	must("alice looks", err)
	check("and sees that he accepted", member.Status == "accepted")
	check("bob lists it", list(bob, images.ListOpts{})[image.ID])
	check("also one image a page", list(bob, images.ListOpts{Limit: 1})[image.ID])
	reader, err := imagedata.Download(bob, image.ID).Extract()
	must("bob downloads it", err)
	got, err := io.ReadAll(reader)
	must("to its end", err)
	check("the same bytes", bytes.Equal(content, got))
	pages, err := members.List(alice, image.ID).AllPages()
	must("members are listed", err)
	all, err := members.ExtractMembers(pages)
	must("and understood", err)
	check("there is one", len(all) == 1 && all[0].MemberID == project)

	must("alice takes it back", members.Delete(alice, image.ID, project).ExtractErr())
	check("bob cannot see it any more", is404(images.Get(bob, image.ID).Err))
	must("alice deletes it", images.Delete(alice, image.ID).ExtractErr())
	check("and it is gone", is404(images.Get(alice, image.ID).Err))
}
