/** What a trap becomes: the error that exact Node would throw, with where and on which core. */
import type { BoardDescription } from '../../boards/board.ts';
import { placeText, trapError, trapMessage } from '../../compiler/kernel-tree/trap-message.ts';
import { markShoalError, ShoalError, type ShoalErrorCode } from '../../protocol/errors.ts';
import type { TrapMessage } from '../../protocol/messages.ts';
import { TRAP_CHECK, TRAP_EXCEPTION, TRAP_MEMORY } from '../../protocol/operations.ts';
import type { LoadedModule } from './loaded-module.ts';
import type { Signature } from './signature.ts';

/** EXCAUSE values (Epiphany-III / Epiphany-IV). */
const EXCEPTION_CAUSES: Readonly<Record<BoardDescription['generation'], Readonly<Record<number, string>>>> = {
  'epiphany-3': {
    1: 'software interrupt',
    2: 'unaligned access',
    3: 'floating-point exception',
    4: 'unimplemented instruction',
    5: 'illegal instruction',
  },
  'epiphany-4': {
    14: 'software interrupt',
    13: 'unaligned access',
    7: 'floating-point exception',
    15: 'unimplemented instruction',
    12: 'illegal instruction',
  },
};

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** An error with `code` KERNEL_TRAP and `core`, recognised by isShoalError; checks keep the class of exact Node. */
export function trapErrorOf(
  trap: TrapMessage,
  module: LoadedModule,
  signature: Signature,
  core: readonly [number, number],
  board: BoardDescription,
): Error {
  const on = `(core ${core[0]},${core[1]})`;
  if (trap.cause === TRAP_CHECK) {
    const site = module.trapSites[trap.number];
    if (site !== undefined) {
      const { errorClass, message } = trapMessage(site, [trap.first, trap.second]);
      const { file, line, column } = site.position;
      const place = placeText(site.position);
      const details = { core, kernel: signature.name, position: site.position };
      return mark(trapError({ errorClass, message: `${message} at ${place} ${on}` }), 'KERNEL_TRAP', core, details, [
        `${signature.name} (${file}:${line}:${column})`,
      ]);
    }
  }
  const place = module.positionOf(trap.first - 2) ?? `address ${hex(trap.first)}`;
  if (trap.cause === TRAP_EXCEPTION) {
    const what = EXCEPTION_CAUSES[board.generation][trap.number] ?? `software exception ${trap.number}`;
    const text = `${what} in ${signature.name} before ${place} ${on}`;
    return mark(new Error(text), 'KERNEL_TRAP', core, { core, kernel: signature.name, address: trap.first }, []);
  }
  if (trap.cause === TRAP_MEMORY) {
    const text = `write to protected memory in ${signature.name} before ${place} ${on}`;
    return mark(new Error(text), 'KERNEL_TRAP', core, { core, kernel: signature.name, address: trap.first }, []);
  }
  const text = `core ${core[0]},${core[1]} refused a call of ${signature.name}: cause ${trap.cause}, reason ${trap.number}`;
  return new ShoalError('PROTOCOL_INVALID', text, { details: { core, ...trap } });
}

function mark(
  error: Error,
  code: ShoalErrorCode,
  core: readonly [number, number],
  details: Readonly<Record<string, unknown>>,
  frames: readonly string[],
): Error {
  error.stack = [`${error.name}: ${error.message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return markShoalError(Object.assign(error, { code, core, hint: undefined, retryable: false, details }));
}
