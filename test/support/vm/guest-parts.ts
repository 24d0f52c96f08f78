/** What a virtual machine with Debian's kernel is made of, and where this computer has it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface GuestParts {
  readonly qemu: string;
  /** Statically linked: it runs before there is any library. */
  readonly busybox: string;
  /** Uncompressed, which saves half of the boot. */
  readonly kernel: string;
  /** Paths of the modules that are needed, in the order in which they can be loaded. */
  readonly modules: readonly string[];
}

/** Where `dpkg-deb -x linux-image-….deb` has put a kernel; default: this computer's own root. */
const KERNEL_ROOT = process.env.SHOAL_VM_KERNEL ?? '/';

/** The root file system is shared by 9p over virtio; e1000 is the network; then USB/IP and a serial class for it. */
const MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'e1000', 'vhci-hcd'];

const PROGRAMS: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  busybox: 'busybox-static',
  xz: 'xz-utils',
  usbip: 'usbip',
  'dfu-util': 'dfu-util',
};

/** What is not here, as packages of Debian; empty if a guest can be started. */
export function missingPackages(): readonly string[] {
  const missing = Object.entries(PROGRAMS).flatMap(([program, name]) => (findProgram(program) === null ? [name] : []));
  return findKernel() === null ? [...missing, 'linux-image-amd64'] : missing;
}

/** Throws if something is missing: ask {@link missingPackages} first. */
export function guestParts(): GuestParts {
  const kernel = findKernel();
  const qemu = findProgram('qemu-system-x86_64');
  const busybox = findProgram('busybox');
  if (kernel === null || qemu === null || busybox === null) throw new Error(`missing: ${missingPackages().join(' ')}`);
  return { qemu, busybox, kernel: uncompressed(kernel), modules: moduleOrder(kernel.modules) };
}

function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

interface Kernel {
  readonly version: string;
  readonly image: string;
  /** Path of each module by name. */
  readonly modules: ReadonlyMap<string, string>;
}

/** A kernel with USB/IP; those for clouds have no USB. */
function findKernel(): Kernel | null {
  const root = join(KERNEL_ROOT, 'lib/modules');
  if (!existsSync(root)) return null;
  for (const version of readdirSync(root)) {
    const image = join(KERNEL_ROOT, `boot/vmlinuz-${version}`);
    const folder = join(root, version, 'kernel');
    if (!existsSync(image) || !existsSync(join(folder, 'drivers/usb/usbip/vhci-hcd.ko'))) continue;
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ko'));
    const named = files.map(
      (file) => [moduleName(file.slice(file.lastIndexOf('/') + 1, -3)), join(folder, file)] as const,
    );
    return { version, image, modules: new Map(named) };
  }
  return null;
}

/** File names have dashes where dependencies have underscores. */
function moduleName(name: string): string {
  return name.replaceAll('-', '_');
}

function moduleOrder(modules: ReadonlyMap<string, string>): readonly string[] {
  const order: string[] = [];
  const add = (name: string): void => {
    const path = modules.get(moduleName(name));
    // What is no file is built in.
    if (path === undefined || order.includes(path)) return;
    const depends = /\0depends=([^\0]*)\0/.exec(readFileSync(path, 'latin1'))?.[1] ?? '';
    for (const needed of depends.split(',')) if (needed !== '') add(needed);
    order.push(path);
  };
  for (const name of MODULES) add(name);
  return order;
}

/** The ELF file within a bzImage, kept in the system's folder for temporary files for the next time. */
function uncompressed({ version, image }: Kernel): string {
  const folder = join(tmpdir(), 'shoal-vm');
  const path = join(folder, `vmlinux-${version}`);
  if (existsSync(path)) return path;
  const file = readFileSync(image);
  // Offsets of Linux's x86 boot protocol: sectors of the real-mode part, then where in the rest the payload stands. Its
  // last four bytes are the uncompressed size, which is not part of the compressed stream.
  const sectors = (file[0x1f1] as number) + 1;
  const begin = sectors * 512 + file.readUInt32LE(0x248);
  const payload = file.subarray(begin, begin + file.readUInt32LE(0x24c) - 4);
  const isXz = payload.subarray(0, 6).toString('latin1') === '\xfd7zXZ\0';
  if (!isXz) return image;
  mkdirSync(folder, { recursive: true });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, execFileSync('xz', ['-dc'], { input: payload, maxBuffer: 0x2000_0000 }));
  renameSync(partial, path);
  return path;
}
