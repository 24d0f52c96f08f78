import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { ShoalError } from '../../protocol/errors.ts';
import { loadOptionalPackage } from './optional-package.ts';

/** Memory of a file that other processes, or a device, see too. */
export interface MappedMemory {
  readonly bytes: Uint8Array;
  /** The bytes must not be touched afterwards. */
  unmap(): void;
}

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;

/**
 * Maps a file: one in /dev/shm, the resource file of a PCI device (`/sys/bus/pci/devices/…/resource2`), or /dev/mem from
 * `offset` on. Linux. `lengthBytes` is the file's by default; offset is a multiple of 4096.
 *
 * Rejects with LINK_DRIVER_MISSING without the package koffi, else with LINK_UNAVAILABLE.
 */
export async function mapMemory(path: string, lengthBytes?: number, offset = 0): Promise<MappedMemory> {
  const { default: koffi } = await loadOptionalPackage(() => import('koffi'), 'koffi', 'memory windows');
  const c = koffi.load(null);
  const mmap = c.func('void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)');
  const munmap = c.func('int munmap(void *address, size_t length)');
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDWR | constants.O_SYNC);
  } catch (error) {
    throw unavailable(path, error as NodeJS.ErrnoException);
  }
  try {
    const length = lengthBytes ?? fstatSync(fd).size - offset;
    if (length <= 0) throw new ShoalError('LINK_UNAVAILABLE', `${path} is empty`, { retryable: true });
    const address: unknown = mmap(null, length, PROT_READ_WRITE, MAP_SHARED, fd, offset);
    const isFailed = address === null || koffi.address(address) === 0xffff_ffff_ffff_ffffn;
    if (isFailed) throw new ShoalError('LINK_UNAVAILABLE', `${length} bytes of ${path} cannot be mapped`);
    return {
      bytes: new Uint8Array(koffi.view(address, length)),
      unmap: () => void munmap(address, length),
    };
  } finally {
    closeSync(fd);
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; is the board, or `shoal emulate --ring`, running?',
  EACCES: 'you may not write to it: run as root, or give your user the file by a udev rule',
  EPERM: 'the kernel forbids it (lockdown, or CONFIG_STRICT_DEVMEM for /dev/mem)',
};

function unavailable(path: string, cause: NodeJS.ErrnoException): ShoalError {
  const hint = HINTS[cause.code ?? ''];
  return new ShoalError('LINK_UNAVAILABLE', `${path} cannot be opened: ${cause.message}`, {
    retryable: true,
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}
