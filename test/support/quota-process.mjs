// A process with requests to make: node quota-process.mjs <quota options as JSON> <server> <name> <count>. All at once, of
// three users, and one the same as one of every other process.
import { openQuota } from '../../dist/src/withings/quota/quota.js';

const [options, url, name, count] = process.argv.slice(2);
const quota = await openQuota(JSON.parse(options));
const requests = Array.from({ length: Number(count) }, async (_, i) => {
  const key = i === 3 ? 'common' : `${name} ${i}`;
  await quota.enter({ user: `user ${i % 3}`, key });
  await fetch(url, { method: 'POST', body: JSON.stringify({ name, key }) });
});
await Promise.all(requests);
await quota.close();
