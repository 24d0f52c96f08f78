import { readFile } from 'node:fs/promises';
import { ShoalError } from '../protocol/errors.ts';
import { systemErrorCode } from './exit-codes.ts';

/**
 * The bytes of a file that was named on the command line.
 * @throws ShoalError FILE_NOT_FOUND if there is no such file, or it is a folder; a system error for everything else.
 */
export async function readInput(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOENT' && code !== 'EISDIR' && code !== 'ENOTDIR') throw error;
    const why = code === 'EISDIR' ? 'it is a folder' : 'there is no such file';
    throw new ShoalError('FILE_NOT_FOUND', `cannot read ${file}: ${why}`, { details: { file }, cause: error });
  }
}
