# The share story through fog-openstack, whose calls Vagrant plug-ins and CloudForms make.
require 'fog/openstack'
require 'securerandom'
require 'tempfile'

def check(what, holds)
  puts((holds ? 'ok    ' : 'FAIL  ') + what)
  exit 1 unless holds
end

def connect(who)
  setting = ->(name) { ENV.fetch("#{who}_#{name}") }
  Fog::OpenStack::Image.new(
    openstack_auth_url: ENV.fetch('AUTH_URL'),
    openstack_username: setting['USERNAME'],
    openstack_api_key: setting['PASSWORD'],
    openstack_project_name: setting['PROJECT'],
    openstack_domain_name: setting['DOMAIN'],
    openstack_region: ENV.fetch('REGION')
  )
end

def absent?
  yield
  false
rescue Fog::OpenStack::Image::NotFound, Excon::Error::NotFound
  true
end

alice = connect('ALICE')
bob = connect('BOB')
project = ENV.fetch('BOB_PROJECT_ID')
content = SecureRandom.random_bytes(300_000)
image = alice.images.create(name: 'fog', disk_format: 'raw', container_format: 'bare', visibility: 'shared')
begin
  check 'an image is created', image.status == 'queued'
  Tempfile.create('fog') do |file|
    file.binmode
    file.write(content)
    file.rewind
    image.upload_data(file)
  end
  image.reload
  check 'and uploaded', image.status == 'active' && image.size == content.bytesize
  check 'bob cannot see it', absent? { bob.get_image_by_id(image.id) }
  image.add_member(project)
  check 'alice offers it to bob', image.members.map { |m| [m['member_id'], m['status']] } == [[project, 'pending']]
  bob.update_image_member(image.id, 'member_id' => project, 'status' => 'accepted')
  check 'bob has accepted', image.member(project)['status'] == 'accepted'
  check 'bob lists it', bob.images.all.map(&:id).include?(image.id)
  check 'bob reads the same bytes', bob.images.find_by_id(image.id).download_data == content
  image.remove_member(project)
  check 'taken back, bob cannot see it', absent? { bob.get_image_by_id(image.id) }
ensure
  image.destroy
end
check 'deleted, it is gone', absent? { alice.get_image_by_id(image.id) }
