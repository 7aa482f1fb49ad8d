// Creates videos with the official OpenAI client for Node.js, which repeats what it got no answer to. Prints their ids.
//   node creates.mjs COUNT PROMPT: PROMPT with the number instead of '#', so that each is another wish
import OpenAI from 'openai';

const [count, prompt] = [Number(process.argv[2]), process.argv[3]];

// Twice, as it is by default, is too little where one answer in five is cut: some would be cut three times.
const client = new OpenAI({ maxRetries: 8 });

const create = (number) =>
  client.videos.create({ prompt: prompt.replace('#', number), size: '1280x720', seconds: '4' }).then((video) => video.id);

const ids = [];
for (let number = 0; number < count; number += 8) {
  const batch = Array.from({ length: Math.min(8, count - number) }, (_, i) => create(number + i));
  ids.push(...(await Promise.all(batch)));
}
console.log(JSON.stringify(ids));
