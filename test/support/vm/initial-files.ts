/** The first file system of a guest: it loads modules, mounts the root of this computer and obeys the test. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { GuestParts } from './guest-parts.ts';

/** Where this project is, on this computer and in the guest. */
const CHECKOUT = join(import.meta.dirname, '../../..');

/** What stands on the line of the test when the guest is ready for its first command. */
export const READY = 'guest is ready';

/**
 * The agent, at the second serial port: each line is a command, answered by its output in base64 and `= CODE`. The root
 * is read-only; what programs write goes to memory.
 */
const AGENT = `
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp NO_COLOR=1
bb=/bin/busybox
$bb ip link set lo up
$bb ip link set eth0 up
$bb ip address add 10.0.2.15/24 dev eth0
exec < /dev/ttyS1 > /dev/ttyS1
$bb stty -F /dev/ttyS1 raw -echo
echo '${READY}'
while IFS= read -r command; do
  /bin/sh -c "$command" > /run/output 2>&1 < /dev/null
  code=$?
  $bb base64 /run/output
  echo "= $code"
done
`;

function startScript(modules: readonly string[], shared: string): string {
  return `#!/bin/busybox sh
bb=/bin/busybox
$bb mount -t proc proc /proc
$bb mount -t sysfs sysfs /sys
$bb mount -t devtmpfs dev /dev
for name in ${modules.map((path) => basename(path)).join(' ')}; do $bb insmod /modules/$name; done
$bb mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=262144,cache=loose root /root
$bb mount --bind /root${shared} /root/mnt
for folder in proc sys dev; do $bb mount --move /$folder /root/$folder; done
$bb mount --bind /root${CHECKOUT} /checkout
for folder in tmp run; do $bb mount -t tmpfs tmpfs /root/$folder; done
# A checkout below /tmp is hidden by now.
[ -d /root${CHECKOUT} ] || $bb mkdir -p /root${CHECKOUT}
$bb mount --move /checkout /root${CHECKOUT}
exec $bb chroot /root $bb sh -c "$($bb cat /agent)"
`;
}

/** Writes it as an archive for `-initrd`, to `path`. The guest finds the folder `shared` of this computer as /mnt. */
export function writeInitialFiles({ busybox, modules }: GuestParts, path: string, shared: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-initial-'));
  try {
    for (const name of ['bin', 'proc', 'sys', 'dev', 'root', 'modules', 'checkout']) mkdirSync(join(folder, name));
    copyFileSync(busybox, join(folder, 'bin/busybox'));
    for (const module of modules) copyFileSync(module, join(folder, 'modules', basename(module)));
    writeFileSync(join(folder, 'agent'), AGENT);
    writeFileSync(join(folder, 'init'), startScript(modules, shared));
    chmodSync(join(folder, 'init'), 0o755);
    execFileSync('sh', ['-c', 'find . | "$0" cpio -o -H newc > "$1"', busybox, path], { cwd: folder, stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
