// The official OpenAI client for Node.js against a running gateway: OPENAI_BASE_URL and OPENAI_API_KEY say where.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import OpenAI, { toFile } from 'openai';

const client = new OpenAI();

async function ready(video) {
  while (video.status === 'queued' || video.status === 'in_progress') {
    await delay(300);
    video = await client.videos.retrieve(video.id);
  }
  return video;
}

// A 1280x720 PNG in one colour, made here so that no binary lies in the tree.
async function png(width, height) {
  const { deflateSync, crc32 } = await import('node:zlib');
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8 + data.length + 4);
    frame.writeUInt32BE(data.length, 0);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc32(body), 8 + data.length);
    return frame;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc((width * 3 + 1) * height));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

test('create, poll, download three variants, list, remix, delete', async () => {
  const created = await client.videos.create({ prompt: 'A red kite over a park', size: '1280x720', seconds: '4' });
  assert.match(created.id, /^video_[0-9a-f]{48}$/);
  assert.equal(created.object, 'video');
  assert.equal(created.status, 'queued');
  assert.equal(created.seconds, '4');
  for (const field of ['completed_at', 'expires_at', 'remixed_from_video_id', 'error']) {
    assert.equal(created[field], null, field);
  }

  const video = await ready(created);
  assert.equal(video.status, 'completed', JSON.stringify(video.error));
  assert.equal(video.progress, 100);
  assert.ok(video.expires_at > video.completed_at);

  const types = { video: 'video/mp4', thumbnail: 'image/webp', spritesheet: 'image/jpeg' };
  for (const [variant, type] of Object.entries(types)) {
    const content = await client.videos.downloadContent(video.id, { variant });
    assert.equal(content.status, 200);
    assert.equal(content.headers.get('content-type'), type);
    assert.ok((await content.arrayBuffer()).byteLength > 1000, variant);
  }

  const ids = [];
  for await (const listed of client.videos.list({ limit: 2 })) {
    ids.push(listed.id);
  }
  assert.ok(ids.includes(video.id));
  assert.equal(new Set(ids).size, ids.length);

  const remix = await client.videos.remix(video.id, { prompt: 'The same kite at night' });
  assert.equal(remix.remixed_from_video_id, video.id);
  assert.equal((await ready(remix)).status, 'completed');

  const deleted = await client.videos.delete(video.id);
  assert.deepEqual(deleted, { id: video.id, object: 'video.deleted', deleted: true });
  await assert.rejects(client.videos.retrieve(video.id), OpenAI.NotFoundError);
});

test('a reference image as a file', async () => {
  const image = await toFile(await png(1280, 720), 'first-frame.png', { type: 'image/png' });
  const created = await client.videos.create({
    prompt: 'It comes to life', size: '1280x720', seconds: '4', input_reference: image,
  });
  assert.equal((await ready(created)).status, 'completed');
});

test('a reference image as a data URL', async () => {
  const url = `data:image/png;base64,${(await png(1280, 720)).toString('base64')}`;
  const created = await client.videos.create({
    prompt: 'It comes to life', size: '1280x720', seconds: '4', input_reference: { image_url: url },
  });
  assert.equal((await ready(created)).status, 'completed');
});

test('an image of another size is refused before anything is held', async () => {
  const image = await toFile(await png(640, 480), 'small.png', { type: 'image/png' });
  await assert.rejects(
    client.videos.create({ prompt: 'x', size: '1280x720', input_reference: image }),
    (error) => error instanceof OpenAI.BadRequestError
      && error.param === 'input_reference'
      && /must match the requested width and height/.test(error.message),
  );
});

test('mistakes carry param and code', async () => {
  await assert.rejects(client.videos.create({ prompt: 'x', seconds: '5' }), (error) => error.status === 400
    && error.param === 'seconds' && error.code === 'invalid_value');
  await assert.rejects(client.videos.create({ prompt: '' }), (error) => error.status === 400 && error.param === 'prompt');
  await assert.rejects(client.videos.retrieve('video_unknown'), (error) => error.status === 404
    && error.code === 'video_not_found' && /^req_/.test(error.requestID));
});

test('a wrong key is refused', async () => {
  const stranger = new OpenAI({ apiKey: 'sora_live_wrong' });
  await assert.rejects(stranger.videos.list(), OpenAI.AuthenticationError);
});
