/** What a board says when it refuses a request, as our errors. */
import { ShoalError, type ShoalErrorCode } from '../../protocol/errors.ts';
import * as smp from '../../protocol/flash/smp.ts';
import type { SmpBody } from '../../protocol/flash/smp-body.ts';

/** Results of the image group, and what to do then. Whatever is not listed is FLASH_REFUSED. */
const IMAGE_RESULTS: Readonly<Record<number, readonly [code: ShoalErrorCode, hint: string]>> = {
  [smp.IMAGE_RC_NO_FREE_MEMORY]: ['FLASH_FULL', 'Make room on the disk of the board, then run the command again.'],
  [smp.IMAGE_RC_INVALID_HASH]: [
    'PACKAGE_REFUSED',
    'Flash a package for this board, signed with its key if it has one.',
  ],
  [smp.IMAGE_RC_INVALID_HEADER]: ['PACKAGE_INVALID', 'Build the package again, or fetch it again.'],
  [smp.IMAGE_RC_NO_FREE_SLOT]: [
    'FLASH_NO_SLOT',
    'An image is on trial: `shoal reset` goes back to the one before, or wait until it is confirmed.',
  ],
  [smp.IMAGE_RC_NO_IMAGE]: ['FLASH_NO_IMAGE', '`shoal images` lists what the board holds.'],
  [smp.IMAGE_RC_TEST_OF_ACTIVE]: ['FLASH_STATE', '`shoal images` shows what runs.'],
};

/** Throws if an answer says that something failed: one of the codes above, or FLASH_REFUSED, with what the board says. */
export function throwIfRefused(body: SmpBody): void {
  const { rc, err, rsn } = body;
  const group = typeof err === 'object' && err !== null && 'rc' in err ? err : null;
  const result = group === null ? rc : group.rc;
  if (typeof result !== 'number' || result === 0) return;
  const known = group?.group === smp.GROUP_IMAGE ? IMAGE_RESULTS[result] : undefined;
  // Our boards put the code behind the reason, as all our errors do.
  const reason = typeof rsn === 'string' ? rsn.replace(/ \[[A-Z_]+\]$/, '') : null;
  const why = reason ?? `result ${result}${group === null ? '' : ' of the image group'}`;
  throw new ShoalError(known?.[0] ?? 'FLASH_REFUSED', `the board refused: ${why}`, {
    details: { code: result, isGroupCode: group !== null },
    ...(known === undefined ? {} : { hint: known[1] }),
  });
}
