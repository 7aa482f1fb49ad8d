// The official OpenAI client for Node.js manages webhook endpoints of a running gateway, and verifies what they get:
// OPENAI_BASE_URL and OPENAI_API_KEY say where. The gateway must be allowed to send to http://127.0.0.1.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import OpenAI from 'openai';

const client = new OpenAI();
const received = [];
let answer = 200;
let url;

const receiver = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    received.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
    response.writeHead(answer).end();
  });
});

before(async () => {
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${receiver.address().port}`;
});
after(() => receiver.close());

async function next(path, type) {
  for (let waited = 0; waited < 60_000; waited += 50) {
    const found = received.find((webhook) => webhook.path === path && webhook.body.includes(`"${type}"`));
    if (found) {
      return found;
    }
    await delay(50);
  }
  throw new Error(`no ${type} came to ${path}`);
}

test('event types', async () => {
  const types = await client.webhooks.eventTypes.list();
  assert.equal(types.object, 'list');
  assert.ok(types.data.includes('video.completed') && types.data.includes('video.failed'));
});

test('create, retrieve, update, list, delete', async () => {
  const created = await client.webhooks.create({ name: 'One', url: `${url}/one`, event_types: ['video.completed'] });
  assert.match(created.signing_secret, /^whsec_/);
  assert.equal(created.object, 'webhook_endpoint');

  const { signing_secret: secret, ...shown } = created;
  assert.deepEqual(await client.webhooks.retrieve(created.id), shown);
  assert.ok(secret.endsWith(created.signing_secret_hint.slice(-4)));

  const updated = await client.webhooks.update(created.id, { name: 'Renamed' });
  assert.equal(updated.name, 'Renamed');
  assert.deepEqual(updated.event_types, ['video.completed']);

  const second = await client.webhooks.create({ name: 'Two', url: `${url}/two`, event_types: ['video.failed'] });
  const ids = [];
  for await (const endpoint of client.webhooks.list({ limit: 1 })) {
    ids.push(endpoint.id);
  }
  assert.ok(ids.indexOf(second.id) >= 0 && ids.indexOf(second.id) < ids.indexOf(created.id));

  for (const { id } of [created, second]) {
    assert.deepEqual(await client.webhooks.delete(id), { id, deleted: true, object: 'webhook_endpoint.deleted' });
    await assert.rejects(client.webhooks.retrieve(id), OpenAI.NotFoundError);
  }
});

test('a test event is verified by unwrap, also with a rotated secret', async () => {
  const endpoint = await client.webhooks.create({ name: 'Test', url: `${url}/test`, event_types: ['video.completed'] });
  const result = await client.webhooks.test(endpoint.id, { event_type: 'video.completed' });
  assert.deepEqual(result, {
    object: 'webhook_endpoint.test',
    webhook_endpoint_id: endpoint.id,
    event_type: 'video.completed',
    status_code: 200,
    success: true,
  });

  const rotated = await client.webhooks.rotateSecret(endpoint.id, { keep_old_secret_active_for_24_hours: true });
  assert.notEqual(rotated.signing_secret, endpoint.signing_secret);
  received.length = 0;
  await client.webhooks.test(endpoint.id, { event_type: 'video.failed' });
  const { headers, body } = await next('/test', 'video.failed');
  for (const secret of [endpoint.signing_secret, rotated.signing_secret]) {
    assert.equal((await client.webhooks.unwrap(body, headers, secret)).type, 'video.failed');
  }
  await assert.rejects(client.webhooks.unwrap(`${body} `, headers, rotated.signing_secret), OpenAI.InvalidWebhookSignatureError);
  await client.webhooks.delete(endpoint.id);
});

test('a finished video is delivered, verified by unwrap and retrieved by its id', async () => {
  const endpoint = await client.webhooks.create({
    name: 'Videos', url: `${url}/videos`, event_types: ['video.completed', 'video.failed'],
  });
  const video = await client.videos.create({ prompt: 'A red kite over a park', size: '1280x720', seconds: '4' });
  const { headers, body } = await next('/videos', video.id);
  const event = await client.webhooks.unwrap(body, headers, endpoint.signing_secret);

  assert.deepEqual(Object.keys(event), ['id', 'object', 'created_at', 'type', 'data']);
  assert.equal(event.object, 'event');
  assert.equal(event.type, 'video.completed');
  assert.deepEqual(event.data, { id: video.id });
  assert.equal((await client.videos.retrieve(event.data.id)).status, 'completed');

  const log = await client.get(`/webhook_endpoints/${endpoint.id}/deliveries`);
  assert.equal(log.data[0].id, headers['webhook-id']);
  received.length = 0;
  await client.post(`/webhook_endpoints/${endpoint.id}/deliveries/${log.data[0].id}/replay`, { body: {} });
  assert.equal((await next('/videos', video.id)).headers['webhook-id'], headers['webhook-id']);
  await client.webhooks.delete(endpoint.id);
});

test('mistakes carry param', async () => {
  await assert.rejects(
    client.webhooks.create({ name: 'x', url: 'https://10.0.0.1/', event_types: ['video.completed'] }),
    (error) => error instanceof OpenAI.BadRequestError && error.param === 'url',
  );
  await assert.rejects(
    client.webhooks.create({ name: 'x', url, event_types: ['batch.completed'] }),
    (error) => error.status === 400 && error.param === 'event_types' && /video\.completed/.test(error.message),
  );
  await assert.rejects(client.webhooks.retrieve('whe_unknown'), OpenAI.NotFoundError);
});
