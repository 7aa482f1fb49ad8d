// A proxy between a client and the gateway that changes no byte and holds every exchange against the OpenAPI document with
// Prism's validators. (Prism's own proxy turns uploads and clips into text on their way.)
//   node conformance.mjs DOCUMENT UPSTREAM PORT     prints one line of JSON for each exchange, before it is answered
import { createServer, request as send } from 'node:http';
import { readFile } from 'node:fs/promises';
import prismHttp from '@stoplight/prism-http';

const { createInstance, getHttpOperationsFromSpec } = prismHttp;
const [documentFile, upstream, port] = process.argv.slice(2);
const operations = await getHttpOperationsFromSpec(JSON.parse(await readFile(documentFile, 'utf8')));

const silent = { info() {}, warn() {}, error() {}, debug() {}, trace() {}, success() {}, child: () => silent };
const checks = { isProxy: true, validateRequest: true, validateResponse: true, checkSecurity: true, errors: false, mock: false };

/** What Prism finds wrong with a request and with its answer. */
async function violations(exchange) {
  const answer = { statusCode: exchange.status, headers: exchange.answerHeaders, body: exchange.answerBody };
  const prism = createInstance(
    { ...checks, upstream: new URL(upstream) },
    { logger: silent, forward: () => () => async () => ({ _tag: 'Right', right: answer }) });
  const url = new URL(exchange.url, upstream);
  const result = await prism.request({
    method: exchange.method.toLowerCase(),
    url: { path: url.pathname, query: Object.fromEntries(url.searchParams) },
    headers: exchange.headers,
    body: exchange.body,
  }, operations)();
  return result._tag === 'Right' ? result.right.validations : { input: [], output: [{ message: result.left.message }] };
}

/** A body as Prism takes it: JSON read where it is JSON, a form as text, bytes by a word in their place. */
function readable(bytes, type) {
  const text = bytes.toString('utf8');
  if (bytes.length === 0 || type?.startsWith('multipart/')) {
    return text || undefined;
  }
  try {
    return type?.startsWith('application/json') ? JSON.parse(text) : 'bytes';
  } catch {
    return text;
  }
}

async function report(exchange) {
  const { input, output } = await violations(exchange);
  // What the gateway refused may well break the document; what it accepted must not.
  const found = exchange.status < 400 ? [...input, ...output] : output;
  console.log(JSON.stringify({
    request: `${exchange.method} ${exchange.url}`,
    status: exchange.status,
    violations: found.map((item) => `${(item.path ?? []).join('.')} ${item.message}`.trim()),
  }));
}

async function bodyOf(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const server = createServer(async (incoming, outgoing) => {
  const body = await bodyOf(incoming);
  const forwarded = send(new URL(incoming.url, upstream), { method: incoming.method, headers: { ...incoming.headers } });
  // An answer that comes before the body is read may be followed by a reset.
  forwarded.on('error', (error) => outgoing.headersSent || outgoing.writeHead(502).end(error.message));
  forwarded.on('response', async (answer) => {
    const isStream = answer.headers['content-type']?.startsWith('text/event-stream');
    // A stream ends when its reader goes: its head is judged, its events pass.
    const bytes = isStream ? Buffer.from('events') : await bodyOf(answer);
    await report({
      method: incoming.method,
      url: incoming.url,
      headers: incoming.headers,
      body: readable(body, incoming.headers['content-type']),
      status: answer.statusCode,
      answerHeaders: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
      answerBody: readable(bytes, answer.headers['content-type']),
    });
    outgoing.writeHead(answer.statusCode, answer.rawHeaders);
    if (isStream) {
      outgoing.on('close', () => answer.destroy());
      answer.on('error', () => outgoing.destroy()).pipe(outgoing);
    } else {
      outgoing.end(bytes);
    }
  });
  forwarded.end(body);
});
server.listen(Number(port), '127.0.0.1');
