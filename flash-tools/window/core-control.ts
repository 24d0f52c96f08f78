/** Stopping and starting cores through their registers (Epiphany). */
import { setTimeout } from 'node:timers/promises';
import * as register from '../../protocol/cores/core-registers.ts';
import { ShoalError } from '../../protocol/errors.ts';
import type { BoardWindow } from './board-window.ts';

const PC = 0xf0408;
const DEBUGSTATUS = 0xf040c;
/** A load through the mesh has not been answered: such a core cannot be stopped. */
const LOAD_PENDING = 2;
const STATUS_ACTIVE = 1;
const POLL_MS = 1;
const MAX_POLLS = 10;

/** Halts a core and resets it. Rejects with BOARD_START if it hangs in an access that nothing answers. */
export async function resetCore(window: BoardWindow, core: number): Promise<void> {
  const write = (address: number, value: number): void => window.writeWord(window.coreAddress(core, address), value);
  write(register.DEBUGCMD_REGISTER, register.HALT);
  for (let polls = 0; (window.readWord(window.coreAddress(core, DEBUGSTATUS)) & LOAD_PENDING) !== 0; polls++) {
    if (polls === MAX_POLLS) {
      throw new ShoalError(
        'BOARD_START',
        `core ${core} waits for a load that is never answered, and cannot be stopped`,
        {
          hint: 'Only a reset of the whole board helps: switch it off and on.',
        },
      );
    }
    await setTimeout(POLL_MS);
  }
  write(register.RESETCORE_REGISTER, 1);
  write(register.RESETCORE_REGISTER, 0);
}

/** Starts a core that was reset: by SYNC, through the vector at address 0, or at `entry`. */
export function startCore(window: BoardWindow, core: number, entry: number | null): void {
  const write = (address: number, value: number): void => window.writeWord(window.coreAddress(core, address), value);
  write(register.CONFIG_REGISTER, register.CONFIG_AT_START);
  write(register.IMASK_REGISTER, register.IMASK_AT_START);
  write(register.ILATCL_REGISTER, 0xffff_ffff);
  write(register.MESHCONFIG_REGISTER, register.MESHCONFIG_AT_START);
  if (entry !== null) write(PC, entry);
  write(register.FSTATUS_REGISTER, entry === null ? 0 : STATUS_ACTIVE);
  write(register.DEBUGCMD_REGISTER, register.RUN);
  if (entry === null) write(register.ILATST_REGISTER, register.SYNC);
}
