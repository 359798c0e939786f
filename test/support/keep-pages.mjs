// Keeps pages of one window in the archive named, from where it was left, and says which are promised.
import { openArchive } from 'withings-signals';

const [folder, count] = process.argv.slice(2);
const window = { from: 0, to: 86_400 };
const asked = { deviceId: null, session: null, askedAt: 0 };
const owner = { userId: '363', kind: 'ppg' };
const archive = await openArchive(folder, { segmentBytes: 200_000 });
// It may have been killed behind its last note.
const isDone = archive.state.windows('363', 'ppg', null).length > 0;
const first = isDone ? Number(count) : (archive.state.openWindows('363', 'ppg', null)[0]?.next ?? 0);
process.stdout.write(`opened ${first}\n`);
let kept = [];
try {
  for (let offset = first; offset < Number(count); offset++) {
    kept.push(
      archive.append(pageAt(offset), { ...owner, what: 'page', ...window, ...asked, offset, next: offset + 1 }),
    );
    if (offset % 4 !== 3) continue;
    await Promise.all(kept);
    kept = [];
    await archive.sync();
    process.stdout.write(`synced ${offset + 1}\n`);
  }
} catch (error) {
  // A page is missing: the archive must not take the note that all are in.
  await Promise.allSettled(kept);
  await archive.append(null, { ...owner, what: 'window', ...window, ...asked }).then(
    () => process.stdout.write('took the note\n'),
    () => process.stdout.write('refused the note\n'),
  );
  throw error;
}
await archive.append(null, { ...owner, what: 'window', ...window, ...asked });
await archive.close();
process.stdout.write('closed\n');

function pageAt(offset) {
  const numbers = Array.from({ length: 3000 }, (_, i) => (offset * 7919 + i * i * 31) % 99_991);
  const payload = Buffer.from(JSON.stringify({ offset, numbers }));
  const request = { endpoint: '/v2/measure rawdata', parameters: { offset: `${offset}` } };
  const about = { signalId: null, recordedAt: null, deviceId: null, timezone: null };
  return { ...owner, request, receivedAt: offset, about, payload, encoding: 'identity' };
}
