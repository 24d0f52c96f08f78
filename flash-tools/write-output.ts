import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ShoalError } from '../protocol/errors.ts';
import { systemErrorCode } from './exit-codes.ts';

/**
 * Writes a file that was named on the command line.
 * @throws ShoalError USAGE if its folder does not exist, or it is a folder itself; a system error for everything else.
 */
export async function writeOutput(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOENT' && code !== 'EISDIR' && code !== 'ENOTDIR') throw error;
    const why = code === 'EISDIR' ? 'it is a folder' : `there is no folder ${dirname(file)}`;
    throw new ShoalError('USAGE', `cannot write ${file}: ${why}`, { details: { file }, cause: error });
  }
}
