/** Cores of a board that wait for each other: what they wait at, and what they leave behind. */
import { waitText } from '../../compiler/kernel-tree/trap-message.ts';
import type { CoreStanding } from '../kernels/core-standing.ts';
import type { LoadedModule } from '../kernels/loaded-module.ts';
import type { CoreAccess } from './core-access.ts';
import type { CoreSlot } from './core-slot.ts';
import type { ModuleTable } from './module-table.ts';

/** The cores of a board with what stands on them. */
interface LoadedCores {
  readonly access: CoreAccess;
  readonly slots: readonly CoreSlot[];
  readonly modules: ModuleTable;
}

/** Before a call on all cores: no core has entered any barrier. */
export function clearBarriers({ access, slots, modules }: LoadedCores, module: LoadedModule): void {
  if (!modules.loaded.includes(module)) return; // others may have its memory; the call will be refused
  const cores = slots.map(({ index }) => index);
  for (const { address, lengthBytes } of module.coordination?.barrier ?? []) {
    access.fillCores(cores, address, lengthBytes);
  }
}

/** What the cores do, as far as it is of interest to others that wait; as they stand when it is asked for. */
export async function standingsOf({ access, slots }: LoadedCores): Promise<Map<CoreSlot, CoreStanding>> {
  const running = slots.map((slot) => slot.posted[0]?.call);
  const places = slots.flatMap(({ index }, at) => {
    const coordination = running[at]?.module.coordination ?? null;
    return coordination === null ? [] : [[index, coordination.waitingAt] as const];
  });
  const sites = places.length === 0 ? [] : await access.readCoreWords(places);
  const siteOf = new Map(places.map(([core], index) => [core, sites[index] ?? 0]));
  return new Map(
    slots.map((slot, at) => {
      const call = running[at];
      const wait = call?.module.trapSites[(siteOf.get(slot.index) ?? 0) - 1];
      const standing = {
        core: slot.position,
        kernel: call?.signature.name ?? null,
        wait: wait === undefined ? null : waitText(wait),
      };
      return [slot, standing];
    }),
  );
}

/** Addresses of the words of all locks, which are on core 0. */
export function allLocks(modules: readonly LoadedModule[]): number[] {
  return modules.flatMap((module) => module.coordination?.locks ?? []);
}
