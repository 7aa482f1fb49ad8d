// The official OpenAI client for Node.js against a running gateway: OPENAI_BASE_URL and OPENAI_API_KEY say where.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

// A silent MP4 in one colour.
async function mp4(colour, seconds) {
  const path = join(tmpdir(), `sora-${process.pid}-${colour}.mp4`);
  execFileSync('ffmpeg', [
    '-v', 'error', '-y', '-f', 'lavfi', '-i', `color=c=${colour}:s=1280x720:r=24:d=${seconds}`,
    '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', path,
  ]);
  try {
    return await toFile(readFileSync(path), 'clip.mp4', { type: 'video/mp4' });
  } finally {
    rmSync(path);
  }
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

test('edit and extend a finished video', async () => {
  const source = await ready(await client.videos.create({ prompt: 'A paper boat', size: '1280x720', seconds: '4' }));
  assert.equal(source.status, 'completed', JSON.stringify(source.error));

  const edit = await client.videos.edit({ prompt: 'In warm colours', video: { id: source.id } });
  const extension = await client.videos.extend({ prompt: 'It sails on', seconds: '4', video: { id: source.id } });
  assert.equal(edit.remixed_from_video_id, source.id);
  assert.equal(extension.remixed_from_video_id, source.id);
  assert.deepEqual([edit.seconds, edit.size, edit.model], ['4', '1280x720', 'sora-2']);
  assert.deepEqual([extension.seconds, extension.size, extension.model], ['8', '1280x720', 'sora-2']);

  for (const video of [await ready(edit), await ready(extension)]) {
    assert.equal(video.status, 'completed', JSON.stringify(video.error));
    assert.equal((await client.videos.downloadContent(video.id)).headers.get('content-type'), 'video/mp4');
  }
});

test('edit an uploaded video', async () => {
  const edit = await client.videos.edit({ prompt: 'A green wall', video: await mp4('green', 2) });
  assert.deepEqual([edit.seconds, edit.size, edit.remixed_from_video_id], ['2', '1280x720', null]);
  assert.equal((await ready(edit)).status, 'completed');
});

test('mistakes of edits and extensions carry param and code', async () => {
  await assert.rejects(client.videos.edit({ prompt: 'x', video: { id: 'video_unknown' } }), (error) =>
    error instanceof OpenAI.NotFoundError && error.param === 'video.id' && error.code === 'video_not_found');
  await assert.rejects(client.videos.extend({ prompt: 'x', seconds: '5', video: { id: 'video_unknown' } }), OpenAI.NotFoundError);
  await assert.rejects(client.videos.edit({ prompt: 'x' }), (error) =>
    error instanceof OpenAI.BadRequestError && error.param === 'video' && error.code === 'missing_required_parameter');
});

test('characters', async () => {
  const character = await client.videos.createCharacter({ name: 'Mossy', video: await mp4('olive', 3) });
  assert.match(character.id, /^char_[0-9a-f]{48}$/);
  assert.equal(character.name, 'Mossy');
  assert.deepEqual(await client.videos.getCharacter(character.id), character);

  const video = await client.videos.create({
    prompt: 'Mossy walks through a forest', size: '1280x720', seconds: '4', characters: [{ id: character.id }],
  });
  assert.equal((await ready(video)).status, 'completed');

  await assert.rejects(client.videos.create({ prompt: 'Nobody', characters: [{ id: character.id }] }), (error) =>
    error instanceof OpenAI.BadRequestError && error.param === 'prompt' && error.code === 'character_not_in_prompt');
  await assert.rejects(client.videos.getCharacter('char_unknown'), OpenAI.NotFoundError);
  await assert.rejects(client.videos.createCharacter({ name: 'Long', video: await mp4('navy', 6) }), (error) =>
    error instanceof OpenAI.BadRequestError && error.param === 'video' && /2 to 4 seconds/.test(error.message));
});

test('a video that is not finished says when to look again and has no content yet', async () => {
  const created = await client.videos.create({ prompt: 'A slow one [fault:slow=60]', size: '1280x720', seconds: '4' });
  const { data, response } = await client.videos.retrieve(created.id).withResponse();
  assert.ok(Number(response.headers.get('openai-poll-after-ms')) >= 1000);
  assert.match(response.headers.get('x-request-id'), /^req_/);
  assert.deepEqual(Object.keys(data), [
    'id', 'object', 'model', 'status', 'progress', 'created_at', 'completed_at', 'expires_at', 'prompt', 'size', 'seconds',
    'remixed_from_video_id', 'error', 'sora',
  ]);
  await assert.rejects(client.videos.downloadContent(created.id), (error) => error instanceof OpenAI.NotFoundError
    && error.code === 'video_not_ready' && /^404 Video is not ready yet/.test(error.message));
  await client.videos.delete(created.id);
});

test('pages of the list in both orders', async () => {
  const mine = [];
  for (const number of [1, 2, 3]) {
    mine.push((await client.videos.create({ prompt: `Page ${number} [fault:slow=60]`, size: '1280x720' })).id);
  }

  const newest = await client.videos.list({ limit: 2, order: 'desc' });
  assert.equal(newest.data.length, 2);
  assert.equal(newest.has_more, true);
  assert.equal(newest.last_id, newest.data[1].id);
  const oldestFirst = [];
  for await (const video of client.videos.list({ limit: 2, order: 'asc', after: mine[0] })) {
    oldestFirst.push(video.id);
  }
  assert.deepEqual(oldestFirst.filter((id) => mine.includes(id)), mine.slice(1));
  assert.deepEqual((await client.videos.list({ limit: 0 })).data, []);
  for (const id of mine) {
    await client.videos.delete(id);
  }
});

test('models', async () => {
  const ids = [];
  for await (const model of client.models.list()) {
    assert.equal(model.object, 'model');
    ids.push(model.id);
  }
  assert.ok(ids.includes('sora-2') && ids.includes('sora-2-pro'));
  const model = await client.models.retrieve('sora-2');
  assert.deepEqual(model.sora.operations, ['create', 'remix', 'edit', 'extension']);
  await assert.rejects(client.models.retrieve('sora-9'), OpenAI.NotFoundError);
});
