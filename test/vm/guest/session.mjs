/** A user's program in the guest: objects of a board on USB, over a plug that is pulled meanwhile. Prints one JSON line. */
import { writeFileSync } from 'node:fs';
import { openControl } from 'shoal';

const [selector, readyFile] = process.argv.slice(2);
// A virtual machine on a busy computer is slow to answer.
const control = await openControl(selector, { abandonMs: 120_000 });
const fs = control.import('fs');
const events = [];
const resumed = new Promise((resolve) => {
  control.on('interrupted', () => events.push('interrupted'));
  control.on('resumed', () => resolve(events.push('resumed')));
});

const hostname = await fs.readFileSync('/etc/hostname', 'utf8');
// Lengths around packets and transfers of USB.
const lengths = [0, 1, 480, 511, 512, 513, 1024, 16_384, 60_000];
const sameFiles = [];
for (const length of lengths) {
  const bytes = Uint8Array.from({ length }, (_, index) => index * 7);
  await fs.writeFileSync('/file', bytes);
  sameFiles.push(Buffer.compare(await fs.readFileSync('/file'), bytes) === 0);
}
const file = await fs.open('/etc/hostname');
writeFileSync(readyFile, 'ready');
// Calls are under way when the plug is pulled; each is answered once.
const texts = [];
let isResumed = false;
void resumed.then(() => (isResumed = true));
while (!isResumed) texts.push(await fs.readFileSync('/etc/hostname', 'utf8'));
const read = Buffer.from(await file.read()).toString();
control.close();
console.log(
  JSON.stringify({
    hostname,
    sameFiles,
    events,
    calls: texts.length > 0,
    texts: [...new Set(texts)],
    afterwards: read,
  }),
);
