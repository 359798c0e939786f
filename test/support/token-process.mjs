// A process that wants one request through: node token-process.mjs <token folder> <server> <user>. Says "ready", waits for
// a line, then works as a client does: a reset is tried again, a refused token is given back once.
import { once } from 'node:events';
import { openTokenKeeper } from '../../dist/src/withings/tokens/token-keeper.js';
import { openTokenStore } from '../../dist/src/withings/tokens/token-store.js';

const [folder, url, userId] = process.argv.slice(2);

async function refresh(refreshToken) {
  for (let attempt = 0; ; attempt++) {
    try {
      const { status, body, error } = await post({ refresh_token: refreshToken });
      if (status !== 0) throw Object.assign(new Error(`${status}: ${error}`), { reason: 'invalid parameters' });
      return body;
    } catch (error) {
      if (error.reason !== undefined || attempt === 3) throw error;
    }
  }
}

async function post(form, headers = {}) {
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
  return response.json();
}

async function use(token) {
  return (await post({ action: 'list' }, { authorization: `Bearer ${token}` })).status === 0;
}

const keeper = openTokenKeeper({ store: await openTokenStore({ folder }), refresh });
process.stdout.write('ready\n');
await once(process.stdin, 'data');
let token = await keeper.accessToken(userId);
let works = await use(token);
if (!works) {
  token = await keeper.accessToken(userId, { rejected: token });
  works = await use(token);
}
process.stdout.write(`${JSON.stringify({ token, works })}\n`);
process.exit(0);
