import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { ShoalError } from '../../protocol/errors.ts';

/**
 * Makes a file of shared memory, all zeros and without taking room for them. Throws LINK_UNAVAILABLE if it is there
 * already, so that nothing of anybody is overwritten, or cannot be made.
 */
export function makeSharedFile(path: string, lengthBytes: number): void {
  try {
    const fd = openSync(path, 'wx');
    ftruncateSync(fd, lengthBytes);
    closeSync(fd);
  } catch (cause) {
    throw new ShoalError('LINK_UNAVAILABLE', `cannot make ${path}: ${(cause as Error).message}`, {
      cause,
      hint: 'if an earlier board has left it, remove it; else give another name, such as /dev/shm/board',
    });
  }
}
