/** Cores that wait for each other: what they wait at, and what they leave behind when they are reset. */
import { placeText } from '../../compiler/kernel-tree/trap-message.ts';
import type { Coordination } from '../kernels/coordination.ts';
import type { LoadedModule } from '../kernels/loaded-module.ts';
import type { CoreSlot } from './core-slot.ts';

/** Before a call on all cores: no core has entered any barrier. */
export function clearBarriers(slots: readonly CoreSlot[], { barrier }: Coordination): void {
  for (const { end } of slots)
    for (const { address, lengthBytes } of barrier) end.write(address, new Uint8Array(lengthBytes));
}

/** Where the call that runs on a core waits for others, `barrier() at kernels.ts:12:3`; null if it does not. */
export function waitOf(slot: CoreSlot): string | null {
  const module = slot.posted[0]?.call.module;
  if (module === undefined || module.coordination === null) return null;
  const site = module.trapSites[slot.end.readWord(module.coordination.waitingAt) - 1];
  return site === undefined ? null : `${site.text} at ${placeText(site.position)}`;
}

/** Who waits where and who does not, one line for each place; null if no core waits. */
export function waitingText(slots: readonly CoreSlot[]): string | null {
  const places = new Map<string, string[]>();
  let anyWaits = false;
  for (const slot of slots) {
    const wait = waitOf(slot);
    if (wait !== null) anyWaits = true;
    const kernel = slot.posted[0]?.call.signature.name;
    const place = wait === null ? (kernel === undefined ? 'without a call' : `${kernel} runs`) : `waits at ${wait}`;
    places.set(place, [...(places.get(place) ?? []), slot.position.join(',')]);
  }
  if (!anyWaits) return null;
  return [...places].map(([place, cores]) => `${place}: ${coresText(cores)}`).join('\n');
}

const coresText = (cores: readonly string[]): string => `core${cores.length === 1 ? '' : 's'} ${cores.join(' ')}`;

/**
 * Does `reset`, which resets a core and with it its memory; locks that the core held are free afterwards, those that
 * others hold stay theirs, though the words may be in the memory of this very core.
 */
export function resetWithLocks(
  slots: readonly CoreSlot[],
  slot: CoreSlot,
  modules: readonly LoadedModule[],
  reset: () => void,
): void {
  const home = slots[0] as CoreSlot;
  const locks = modules.flatMap((module) => module.coordination?.locks ?? []);
  const held = locks.map((address) => ({ address, holder: home.end.readWord(address) }));
  reset();
  for (const { address, holder } of held) {
    if (holder === slot.end.index + 1) home.end.writeWord(address, 0);
    else if (slot === home) home.end.writeWord(address, holder);
  }
}
