/** A user's program in the guest: objects of a board in the memory of a PCI device, twice. Prints one JSON line. */
import { openControl } from 'shoal';
import { sharedMemory } from './shared-memory.mjs';

const { folder } = sharedMemory(0x10_0000);

const sessions = [];
for (const length of [60_000, 513]) {
  // A virtual machine on a busy computer is slow to answer.
  const control = await openControl(`ring:${folder}/resource2`, { abandonMs: 120_000 });
  const fs = control.import('fs');
  const hostname = await fs.readFileSync('/etc/hostname', 'utf8');
  const bytes = Uint8Array.from({ length }, (_, index) => index * 7);
  await fs.writeFileSync('/file', bytes);
  const isSame = Buffer.compare(await fs.readFileSync('/file'), bytes) === 0;
  const sizes = await Promise.all(Array.from({ length: 50 }, () => fs.statSync('/file').size));
  control.close();
  sessions.push({ hostname, isSame, sizes: [...new Set(sizes)] });
}
console.log(JSON.stringify(sessions));
