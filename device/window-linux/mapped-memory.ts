import { closeSync, constants, fstatSync, openSync, realpathSync } from 'node:fs';
import { ShoalError } from '../../protocol/errors.ts';
import { loadOptionalPackage } from '../../protocol/optional-package.ts';

/** Memory of a file that other processes, or a device, see too. */
export interface MappedMemory {
  readonly bytes: Uint8Array;
  /** The bytes must not be touched afterwards. */
  unmap(): void;
}

/** A file of which parts can be mapped. */
export interface MappableFile {
  /** 0 for a device that does not say. */
  readonly lengthBytes: number;
  /** Reading where it has nothing may stop this computer. */
  readonly isDevice: boolean;
  /** `offset` is a multiple of 4096. What is mapped stays so when the file is closed. Throws LINK_UNAVAILABLE. */
  map(offset: number, lengthBytes: number): MappedMemory;
  close(): void;
}

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
/** `mmap` by the name under which its offset has 64 bits, on machines of 32 bits too. */
const declaration = (name: string): string =>
  `void *${name}(void *address, size_t length, int protection, int flags, int fd, int64_t offset)`;
const FAILED = 0xffff_ffff_ffff_ffffn;
const FAILED_32 = 0xffff_ffffn;

/**
 * Opens a file for mapping: one in /dev/shm, the resource file of a PCI device (`/sys/bus/pci/devices/…/resource2`),
 * /dev/mem or another device. Linux. `made`: what makes such a file, for the hint if there is none.
 *
 * Rejects with LINK_DRIVER_MISSING without the package koffi, with PERMISSION_DENIED, else with LINK_UNAVAILABLE.
 */
export async function openMappable(path: string, made: string): Promise<MappableFile> {
  const { default: koffi } = await loadOptionalPackage(() => import('koffi'), 'koffi', 'memory windows');
  const c = koffi.load(null);
  const mmap = c.func(declaration(koffi.sizeof('void *') === 8 ? 'mmap' : 'mmap64'));
  const munmap = c.func('int munmap(void *address, size_t length)');
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDWR | constants.O_SYNC);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw unavailable(`${path} cannot be opened: ${(error as Error).message}`, code, made, error);
  }
  const status = fstatSync(fd);
  const lengthBytes = status.isFile() ? status.size : 0;
  return {
    lengthBytes,
    isDevice: !status.isFile() || realpathSync(path).startsWith('/sys/'),
    map(offset, length) {
      // What lies behind the end of a file can be mapped, and ends the process when it is touched.
      if (status.isFile() && offset + length > lengthBytes) throw tooShort(path, lengthBytes, offset, length);
      const address: unknown = mmap(null, length, PROT_READ_WRITE, MAP_SHARED, fd, offset);
      const number = address === null ? FAILED : koffi.address(address);
      if (number === FAILED || number === FAILED_32) {
        const number = koffi.errno();
        const code = Object.entries(koffi.os.errno).find(([, value]) => value === number)?.[0] ?? `error ${number}`;
        const where = `0x${offset.toString(16)}`;
        throw unavailable(`${length} bytes of ${path} at ${where} cannot be mapped: ${code}`, code, made);
      }
      return {
        bytes: new Uint8Array(koffi.view(address, length)),
        unmap: () => void munmap(address, length),
      };
    },
    close: () => closeSync(fd),
  };
}

/**
 * Maps a file from `offset` on, `lengthBytes` or all of it. Rejects as {@link openMappable}.
 */
export async function mapMemory(path: string, made: string, lengthBytes?: number, offset = 0): Promise<MappedMemory> {
  const file = await openMappable(path, made);
  try {
    const length = lengthBytes ?? file.lengthBytes - offset;
    if (length <= 0) throw new ShoalError('LINK_UNAVAILABLE', `${path} is empty`, { retryable: true });
    return file.map(offset, length);
  } finally {
    file.close();
  }
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'you may not write to it: run as root, or give your user the file by a udev rule',
  EPERM: 'the kernel forbids it (lockdown, or CONFIG_STRICT_DEVMEM for /dev/mem): use the device of a driver instead',
  EISDIR: 'it is a folder',
  ENODEV: 'what this file is cannot be mapped: name a file in /dev/shm, a resource file of a PCI device, or /dev/mem',
  EINVAL: 'the kernel refuses these addresses: is the offset a multiple of 4096, and the one of this board?',
  ENXIO: 'the device has nothing at these addresses: is it the right board, and the right offset?',
  ENOMEM: 'the kernel refuses these addresses, or has no room for them',
};

function unavailable(message: string, code: string, made: string, cause?: unknown): ShoalError {
  const hint = code === 'ENOENT' ? `there is no such file; is the board, or ${made}, running?` : HINTS[code];
  return new ShoalError(code === 'EACCES' || code === 'EPERM' ? 'PERMISSION_DENIED' : 'LINK_UNAVAILABLE', message, {
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
    ...(hint === undefined ? {} : { hint }),
  });
}

function tooShort(path: string, lengthBytes: number, offset: number, wanted: number): ShoalError {
  const [has, needs] = [lengthBytes, offset + wanted].map((bytes) => `0x${bytes.toString(16)}`);
  return new ShoalError('LINK_UNAVAILABLE', `${path} is too small: it has ${has} bytes, and ${needs} are needed`, {
    hint: 'is it the right file, the right board, and the right offset?',
    details: { lengthBytes, neededBytes: offset + wanted },
  });
}
