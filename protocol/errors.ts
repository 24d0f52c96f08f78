/**
 * The one error family of Shoal. Every error that a user can cause or see is a ShoalError with a stable code.
 * Errors are recognised by `isShoalError`, not by `instanceof`: bundles may hold two copies of this class.
 */

/** Codes are `AREA_WHAT`; docs/errors.md is generated from this table. The text says when the code is used. */
export const ERROR_CODES = {
  BOARD_UNKNOWN: 'the selector names a board that is not known',
  SELECTOR_INVALID: 'the selector cannot be parsed, or its kind of link is not supported yet',
  FILE_NOT_FOUND: 'a file that was named does not exist or cannot be read',
  ELF_INVALID: 'bytes that should be an ELF file are not one that this board can run',
  ASSEMBLER_SYNTAX: 'an assembler line cannot be encoded',
  COMPILE_FAILED: 'a kernel module has errors; `diagnostics` lists them',
  MEMORY_FREED: 'an array in board memory was used after it was freed',
  MEMORY_WRONG_CORE: 'an array in the memory of one core was passed to a call on another, or on another board',
  MEMORY_OVERFLOW: 'code, data, stacks or arguments do not fit into a memory',
  EMULATOR_ACCESS: 'the host read or wrote an address that nothing answers',
  CALL_ARGUMENT: 'an argument has the wrong type, length or range',
  CALL_ALIASED_ARGUMENT:
    'a typed array that the kernel writes overlaps another argument, or is in flight in another call',
  CALL_TIMEOUT: 'a call did not answer within its deadline',
  CALL_DEADLOCK: 'every core is asleep and nothing that is pending can wake them, but calls wait for answers',
  ITEM_FAILED: 'an item of map, forEach or reduce failed; `details.index` says which, `cause` why',
  CALL_CANCELLED: 'a call ended because its board was closed',
  CORE_RESET: 'a call ended because the program has reset its core, or the board',
  LINK_BUSY: 'another program, or another part of this one, has the board open',
  BOARD_START: 'a core did not start; the board is closed',
  BOARD_CLOSED: 'the board was used after close',
  KERNEL_TRAP: 'a kernel stopped: an index out of range, a thrown error, a division by zero, an illegal access',
  KERNEL_NOT_FOUND: 'a name is not a kernel of the loaded module',
  VALUE_REFUSED: 'a value cannot be sent: it has no exact form on the wire, or it is too deep, too large or cyclic',
  STALE_REFERENCE: 'a remote object was used after its board restarted, or a reference number names nothing',
  REFERENCE_RELEASED: 'a remote object was used after it was released',
  EXPORT_NOT_FOUND: 'the other side exports nothing under this name',
  REMOTE_REFUSED: 'a member of a remote object is not reachable from outside',
  REMOTE_NEEDS_AWAIT: 'an operation on a remote object needs an answer, but its syntax cannot wait for one',
  SYNC_ASYNC_CALLBACK: 'a callback gave a promise to a thread that stands still until it has its answer',
  LIMIT_EXCEEDED: 'a table, queue or message would grow over its limit; `details.limit` says which',
  PROTOCOL_INVALID: 'bytes from the other side are not a valid message',
  LINK_CLOSED: 'the link or session was closed, by this side or the other one',
  LINK_LOST: 'the other end of a link did not answer, or not any more, within the time that was given to it',
  LINK_VERSION: 'the two ends of a link speak no common version of the wire',
  PACKAGE_INVALID:
    'bytes that should be a runtime package, an MCUboot image or a DFU file are cut, damaged or something else',
  PACKAGE_REFUSED:
    'a whole package that this board must not start: of another board, without the right signature, too old',
  FLASH_FULL: 'the board has no room for the package',
  FLASH_NO_SLOT: 'both slots of the board are needed: one runs on trial, the other is the one to go back to',
  FLASH_NO_IMAGE: 'no slot of the board holds an image with this hash',
  FLASH_STATE: 'the image is in a state in which this makes no sense',
  FLASH_REFUSED: 'the board refused a request of the flashing protocol; the message has its reason',
  FLASH_VERIFY: 'what the board says it holds is not what was sent',
  LINK_TIMEOUT: 'the other end of a link did not answer within its deadline',
  CONFIG_INVALID: 'a configuration file has a field that is not known or wrong',
  LINK_UNAVAILABLE: 'a port or device cannot be opened: it is not there, busy, or not permitted',
  DEVICE_NOT_FOUND: 'no device that is plugged in matches the selector',
  DEVICE_AMBIGUOUS: 'several devices match the selector; `details.selectors` names each',
  LINK_DRIVER_MISSING: 'a link needs an optional package that is not installed',
  PROGRAM_FAILED: 'a program that was run printed what it must not, or ended without what was expected of it',
  PROGRAM_TIMEOUT: 'a program that was run did not end, or not decide, in the time that was given to it',
  PERMISSION_DENIED: 'this user may not do that with a file or device; root, or its owner, may',
  USAGE: 'the command line cannot be understood',
  INTERNAL: 'a bug of Shoal itself; please report it',
} as const;

/** A stable, documented error code. */
export type ShoalErrorCode = keyof typeof ERROR_CODES;

const BRAND: unique symbol = Symbol.for('shoal.error') as never;

/** Options of {@link ShoalError}. */
export interface ShoalErrorOptions {
  /** What to try next; printed by the command line under the message. */
  readonly hint?: string;
  /** True if the same operation may succeed when repeated unchanged. Default false. */
  readonly retryable?: boolean;
  /** Machine-readable facts: addresses, sizes, names. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An error of Shoal: `message` says what failed with the values, `hint` what to do. */
export class ShoalError extends Error {
  /** What goes over the wire: in a minified bundle the class has another name. */
  static override readonly name: string = 'ShoalError';
  readonly code: ShoalErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ShoalErrorCode, message: string, options: ShoalErrorOptions = {}) {
    super(`${message} [${code}]`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = ShoalError.name;
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** True if `error` is a ShoalError (of any copy of this package), and of `code` if one is given. */
export function isShoalError(error: unknown, code?: ShoalErrorCode): error is ShoalError {
  return (
    typeof error === 'object' &&
    error !== null &&
    (error as Record<symbol, unknown>)[BRAND] === true &&
    (code === undefined || (error as ShoalError).code === code)
  );
}

/** Makes `isShoalError` recognise an error of another class, which must carry the fields of a ShoalError. */
export function markShoalError<T extends Error & Pick<ShoalError, 'code' | 'hint' | 'retryable' | 'details'>>(
  error: T,
): T {
  return Object.defineProperty(error, BRAND, { value: true });
}
