/** What is told when a board cannot go on: each core, where it stands, and what it waits for. */
import type { Bus } from './bus.ts';
import type { Core } from './core.ts';
import { hex } from './core-exception.ts';
import { INTERRUPT_NAMES, STATUS_GID, STATUS_WAND } from './status.ts';

/** Symbol and source position of an address as core `core` sees it, for example `main+0x12 (blur.ts:20)`. */
export type Locator = (core: number, address: number) => string | undefined;

/** One paragraph for each core. */
export function reportCores(cores: readonly Core[], bus: Bus, locate: Locator): string {
  return cores.map((core) => reportCore(core, bus, locate)).join('\n');
}

function reportCore(core: Core, bus: Bus, locate: Locator): string {
  const first = bus.cores[0] as Core;
  const name = `core ${core.index} (${core.row - first.row},${core.column - first.column})`;
  const lines = [`${name}: ${describeState(core)} at ${describeAddress(core, core.fault?.pc ?? core.pc, locate)}`];
  if (core.state === 'faulted' || core.state === 'running') lines.push(...registerLines(core));
  return lines.join('\n');
}

function describeAddress(core: Core, address: number, locate: Locator): string {
  const place = locate(core.index, address);
  return place === undefined ? `pc ${hex(address)}` : `pc ${hex(address)}, ${place}`;
}

function describeState(core: Core): string {
  switch (core.state) {
    case 'faulted':
      return `stopped: ${core.fault?.message}`;
    case 'halted':
      return core.exitStatus === undefined ? 'halted' : `ended with exit status ${core.exitStatus}`;
    case 'running':
      return 'running';
    case 'idle':
      return `asleep, ${describeWaiting(core)}`;
  }
}

/** What could wake a core that sleeps. */
function describeWaiting(core: Core): string {
  const latched = core.interruptLatch === 0 ? '' : `; latched: ${interruptNames(core.interruptLatch)}`;
  const wand = (core.status & STATUS_WAND) === 0 ? '' : '; in WAND';
  if (core.inReset) return `held in reset${latched}`;
  if ((core.status & STATUS_GID) !== 0) return `interrupts disabled (GID), so nothing can wake it${latched}${wand}`;
  const lowest = core.interruptPending & -core.interruptPending;
  const open = ~core.interruptMask & 0x3ff & (lowest === 0 ? 0x3ff : lowest - 1);
  const serving = core.interruptPending === 0 ? '' : `; serving: ${interruptNames(core.interruptPending)}`;
  const waits = open === 0 ? 'every interrupt is masked' : `waits for ${interruptNames(open)}`;
  return `${waits}${serving}${latched}${wand}`;
}

function interruptNames(mask: number): string {
  if (mask === 0x3ff) return 'any interrupt';
  return INTERRUPT_NAMES.filter((_, bit) => (mask & (1 << bit)) !== 0).join(', ');
}

function registerLines(core: Core): string[] {
  const lines: string[] = [];
  for (let first = 0; first < 64; first += 8) {
    const words = Array.from(core.registers.subarray(first, first + 8), (word) =>
      (word >>> 0).toString(16).padStart(8, '0'),
    );
    lines.push(`  r${String(first).padEnd(2)} ${words.join(' ')}`);
  }
  const special = [
    ['status', core.status],
    ['config', core.config],
    ['iret', core.interruptReturn],
    ['imask', core.interruptMask],
    ['ilat', core.interruptLatch],
    ['ipend', core.interruptPending],
    ['lc', core.loopCount],
    ['ls', core.loopStart],
    ['le', core.loopEnd],
  ] as const;
  lines.push(`  ${special.map(([name, value]) => `${name} ${(value >>> 0).toString(16)}`).join('  ')}`);
  return lines;
}

/** A 64-bit FNV-1a hash, word by word, of all memories and general registers. */
export function memoryHash(bus: Bus): string {
  let low = 0x84222325;
  let high = 0xcbf29ce4;
  const mix = (words: Int32Array): void => {
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as number;
      if (word === 0) continue; // memory is mostly zero; the position below keeps the hash exact enough
      low = Math.imul(low ^ word ^ i, 0x01000193);
      high = Math.imul(high ^ word ^ (low >>> 15), 0x01000193) + i;
    }
    low = Math.imul(low ^ words.length, 0x01000193);
  };
  for (const core of bus.cores) {
    mix(core.memory.words);
    mix(core.registers);
  }
  if (bus.shared !== undefined) mix(bus.shared.words);
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
