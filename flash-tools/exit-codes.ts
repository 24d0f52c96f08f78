import { isShoalError, type ShoalErrorCode } from '../protocol/errors.ts';

/** What the exit code of `shoal` says. 130 is what a shell reports for Ctrl-C. */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  noDevice: 3,
  permission: 4,
  link: 5,
  timeout: 6,
  flash: 7,
  compile: 8,
  programFailed: 9,
  bug: 70,
  interrupted: 130,
} as const;

/** Codes that are not listed here are ordinary failures. */
const OF_ERROR: Partial<Record<ShoalErrorCode, number>> = {
  USAGE: EXIT_CODES.usage,
  BOARD_UNKNOWN: EXIT_CODES.usage,
  SELECTOR_INVALID: EXIT_CODES.usage,
  DEVICE_NOT_FOUND: EXIT_CODES.noDevice,
  DEVICE_AMBIGUOUS: EXIT_CODES.noDevice,
  PROTOCOL_INVALID: EXIT_CODES.link,
  LINK_UNAVAILABLE: EXIT_CODES.link,
  LINK_LOST: EXIT_CODES.link,
  LINK_CLOSED: EXIT_CODES.link,
  LINK_VERSION: EXIT_CODES.link,
  PERMISSION_DENIED: EXIT_CODES.permission,
  LINK_BUSY: EXIT_CODES.permission,
  LINK_TIMEOUT: EXIT_CODES.timeout,
  PACKAGE_INVALID: EXIT_CODES.flash,
  PACKAGE_REFUSED: EXIT_CODES.flash,
  FLASH_FULL: EXIT_CODES.flash,
  FLASH_NO_SLOT: EXIT_CODES.flash,
  FLASH_NO_IMAGE: EXIT_CODES.flash,
  FLASH_STATE: EXIT_CODES.flash,
  FLASH_REFUSED: EXIT_CODES.flash,
  FLASH_VERIFY: EXIT_CODES.flash,
  CALL_TIMEOUT: EXIT_CODES.timeout,
  COMPILE_FAILED: EXIT_CODES.compile,
  ASSEMBLER_SYNTAX: EXIT_CODES.compile,
  MEMORY_OVERFLOW: EXIT_CODES.compile,
  PROGRAM_TIMEOUT: EXIT_CODES.timeout,
  PROGRAM_FAILED: EXIT_CODES.programFailed,
  BOARD_START: EXIT_CODES.link,
  KERNEL_TRAP: EXIT_CODES.programFailed,
  CALL_DEADLOCK: EXIT_CODES.programFailed,
  CALL_CANCELLED: EXIT_CODES.interrupted,
  INTERNAL: EXIT_CODES.bug,
};

/** System errors that a user can mend; every other error that is no ShoalError is a bug. */
const OF_SYSTEM_ERROR: Readonly<Record<string, number>> = {
  EACCES: EXIT_CODES.permission,
  EPERM: EXIT_CODES.permission,
  EBUSY: EXIT_CODES.permission,
  ENOENT: EXIT_CODES.failed,
  EISDIR: EXIT_CODES.failed,
  ENOTDIR: EXIT_CODES.failed,
  ENOSPC: EXIT_CODES.failed,
  EROFS: EXIT_CODES.permission,
};

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): number {
  if (isShoalError(error)) {
    // A link that the system does not let this user open is a matter of rights, not of the link.
    const isRefused = error.code === 'LINK_UNAVAILABLE' && systemExitCode(error.cause) === EXIT_CODES.permission;
    return isRefused ? EXIT_CODES.permission : (OF_ERROR[error.code] ?? EXIT_CODES.failed);
  }
  return systemExitCode(error) ?? EXIT_CODES.bug;
}

function systemExitCode(error: unknown): number | undefined {
  return OF_SYSTEM_ERROR[systemErrorCode(error) ?? ''];
}

/** `ENOENT` and the like, of an error that the operating system gave. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
