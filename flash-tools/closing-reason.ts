import { isShoalError } from '../protocol/errors.ts';

/** Why a session has ended, for a call that failed because of that; any other error as it is. */
export function closingReason(error: unknown): unknown {
  return isShoalError(error, 'LINK_CLOSED') && isShoalError(error.cause) ? error.cause : error;
}
