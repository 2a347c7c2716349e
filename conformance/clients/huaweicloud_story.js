// The share story in batches through the core of Huawei Cloud's SDK for Node.js, which signs, finds its project and reads errors; no
// package of it has the calls of IMS, so they stand here as its generated clients would write them.
const { BasicCredentials, GlobalCredentials } = require('@huaweicloud/huaweicloud-sdk-core');
const { ClientBuilder } = require('@huaweicloud/huaweicloud-sdk-core/ClientBuilder');

const env = process.env;
const json = 'application/json';

function check(what, holds) {
  console.log((holds ? 'ok    ' : 'FAIL  ') + what);
  if (!holds) process.exit(1);
}

const client = (who, credential = new BasicCredentials()) =>
  new ClientBuilder((hc) => hc)
    .withCredential(credential.withAk(env[who + '_ACCESS_KEY']).withSk(env[who + '_SECRET_KEY']))
    .withEndpoint(env.SERVER_URL)
    .build();

const call = (hc, method, url, { data, query = {}, path = {}, contentType = json } = {}) =>
  hc.sendRequest({ method, url, contentType, queryParams: query, pathParams: path, headers: {}, data });

async function job(hc, project, submitted) {
  for (let tries = 0; tries < 100; tries++) {
    const found = await call(hc, 'GET', '/v1/{project_id}/jobs/{job_id}', {
      path: { project_id: project, job_id: submitted.job_id },
    });
    if (!['INIT', 'RUNNING'].includes(found.status)) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the job does not end');
}

async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return error;
  }
}

(async () => {
  const projects = {};
  for (const who of ['ALICE', 'BOB']) {
    const domains = await call(client(who, new GlobalCredentials()), 'GET', '/v3/auth/domains');
    check(`${who}: its own domain is found`, domains.domains.some((d) => d.id === env[who + '_DOMAIN_ID']));
    const found = await call(client(who), 'GET', '/v3/projects', { query: { name: env.REGION } });
    check(`${who}: its one project of the region's name is found`, found.projects.length === 1);
    projects[who] = found.projects[0].id;
  }
  const alice = client('ALICE', new BasicCredentials().withProjectId(projects.ALICE));
  const bob = client('BOB', new BasicCredentials().withProjectId(projects.BOB));
  const image = env.IMAGE_ID;

  const nobody = new BasicCredentials().withProjectId(projects.ALICE);
  const stranger = new ClientBuilder((hc) => hc)
    .withCredential(nobody.withAk(env.ALICE_ACCESS_KEY).withSk('wrong'))
    .withEndpoint(env.SERVER_URL)
    .build();
  const unsigned = await refusal(call(stranger, 'GET', '/v2/cloudimages'));
  check('a wrong secret is told as such', unsigned && unsigned.errorCode === 'APIGW.0301');

  const mine = await call(alice, 'GET', '/v2/cloudimages', { query: { __imagetype: 'private', name: env.IMAGE_NAME } });
  check('alice finds her image by name', mine.images.length === 1 && mine.images[0].id === image);

  const body = { images: [image], projects: [projects.BOB] };
  const shared = await job(alice, projects.ALICE, await call(alice, 'POST', '/v1/cloudimages/members', { data: body }));
  check('alice shares it', shared.status === 'SUCCESS');
  const pending = { __imagetype: 'shared', visibility: 'shared', member_status: 'pending' };
  const offers = await call(bob, 'GET', '/v2/cloudimages', { query: pending });
  check('bob has the offer', offers.images.some((i) => i.id === image));
  const answer = { images: [image], project_id: projects.BOB, status: 'accepted' };
  const accepted = await job(bob, projects.BOB, await call(bob, 'PUT', '/v1/cloudimages/members', { data: answer }));
  check('bob accepts', accepted.status === 'SUCCESS');
  const members = await call(alice, 'GET', '/v2/images/{image_id}/members', { path: { image_id: image } });
  check('alice sees it', members.members.length === 1 && members.members[0].status === 'accepted');
  const foreign = await refusal(call(bob, 'DELETE', '/v1/cloudimages/members', { data: body }));
  check('bob cannot take it back for her', foreign && /^IMG\./.test(foreign.errorCode));

  const removed = await job(alice, projects.ALICE, await call(alice, 'DELETE', '/v1/cloudimages/members', { data: body }));
  check('alice takes it back', removed.status === 'SUCCESS');
  const gone = await refusal(call(bob, 'GET', '/v2/images/{image_id}', { path: { image_id: image } }));
  check('and it is gone for bob', gone && gone.httpStatusCode === 404);
})().catch((error) => {
  console.log('FAIL  ' + (error.stack || JSON.stringify(error)));
  process.exit(1);
});
