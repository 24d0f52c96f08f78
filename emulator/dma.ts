/**
 * The DMA channels, functionally: a transfer completes at once when it is started. Descriptors, both strides of both
 * loops, chaining, the interrupts at the end and message mode; slave mode (fed by writes to DMAxAUTO) is not there.
 */
import type { Bus } from './bus.ts';
import type { Core } from './core.ts';
import { CoreException } from './core-exception.ts';
import { raiseInterrupt } from './interrupts.ts';
import { CONFIG_DMA_PAUSE, INTERRUPT_DMA0, INTERRUPT_MESSAGE } from './status.ts';

const ENABLE = 1 << 0;
const MASTER = 1 << 1;
const CHAIN = 1 << 2;
const STARTUP = 1 << 3;
const INTERRUPT = 1 << 4;
const MESSAGE = 1 << 10;
const SHIFT_SOURCE_INNER = 1 << 12;
const SHIFT_DESTINATION_INNER = 1 << 13;
const SHIFT_SOURCE_OUTER = 1 << 14;
const SHIFT_DESTINATION_OUTER = 1 << 15;

const STATUS_IDLE = 0;
const STATUS_SLAVE_ACTIVE = 6;
const STATUS_PAUSED = 0xb;
const STATUS_ERROR = 0xd;

/** A ring of descriptors never ends; in this clock nothing else could happen meanwhile, so it is cut off. */
const LONGEST_CHAIN = 65_536;

// Registers of a channel.
const CONFIG = 0;
const STRIDE = 1;
const COUNT = 2;
const SOURCE = 3;
const DESTINATION = 4;
const STATUS = 7;

/** DMAxCONFIG of a channel (0 or 1) was written. */
export function startDma(bus: Bus, core: Core, channel: number): void {
  const base = 8 * channel;
  const { dma } = core;
  if ((core.config & CONFIG_DMA_PAUSE) !== 0 && ((dma[base] as number) & (ENABLE | STARTUP)) !== 0) {
    dma[base + STATUS] = STATUS_PAUSED;
    return;
  }
  let pointer = (dma[base + STATUS] as number) >>> 16;
  try {
    for (let links = 0; links < LONGEST_CHAIN; links++) {
      let config = dma[base + CONFIG] as number;
      if ((config & STARTUP) !== 0) {
        pointer = config >>> 16;
        loadDescriptor(bus, core, channel, pointer);
        config = dma[base + CONFIG] as number;
      }
      if ((config & ENABLE) === 0) break;
      if ((config & MASTER) === 0) {
        dma[base + STATUS] = (pointer << 16) | STATUS_SLAVE_ACTIVE;
        return;
      }
      const last = transfer(bus, core, channel, config);
      if ((config & INTERRUPT) !== 0) raiseInterrupt(core, INTERRUPT_DMA0 + channel);
      if ((config & MESSAGE) !== 0) {
        const target = bus.coreAt(last);
        if (target !== undefined && target !== core) raiseInterrupt(target, INTERRUPT_MESSAGE);
      }
      if ((config & CHAIN) === 0) break;
      dma[base + CONFIG] = (config & ~0xffff) | STARTUP;
    }
    dma[base + CONFIG] = (dma[base + CONFIG] as number) & ~(ENABLE | STARTUP);
    dma[base + STATUS] = (pointer << 16) | STATUS_IDLE;
  } catch (error) {
    if (!(error instanceof CoreException)) throw error;
    dma[base + STATUS] = (pointer << 16) | STATUS_ERROR;
  }
}

function loadDescriptor(bus: Bus, core: Core, channel: number, pointer: number): void {
  const { dma } = core;
  const base = 8 * channel;
  dma[base + CONFIG] = bus.load(core, pointer, 4) & ~STARTUP;
  dma[base + STRIDE] = bus.load(core, pointer + 4, 4);
  dma[base + COUNT] = bus.load(core, pointer + 8, 4);
  core.dmaOuterStride[channel] = bus.load(core, pointer + 12, 4);
  dma[base + SOURCE] = bus.load(core, pointer + 16, 4);
  dma[base + DESTINATION] = bus.load(core, pointer + 20, 4);
}

/** Moves all items; returns the address where the last one went. */
function transfer(bus: Bus, core: Core, channel: number, config: number): number {
  const { dma } = core;
  const base = 8 * channel;
  const size = 1 << ((config >>> 5) & 3);
  const stride = dma[base + STRIDE] as number;
  const outer = core.dmaOuterStride[channel] as number;
  const sourceInner = ((stride << 16) >> 16) << shift(config, SHIFT_SOURCE_INNER);
  const destinationInner = (stride >> 16) << shift(config, SHIFT_DESTINATION_INNER);
  const sourceOuter = ((outer << 16) >> 16) << shift(config, SHIFT_SOURCE_OUTER);
  const destinationOuter = (outer >> 16) << shift(config, SHIFT_DESTINATION_OUTER);
  const innerCount = (dma[base + COUNT] as number) & 0xffff;
  const outerCount = (dma[base + COUNT] as number) >>> 16;
  let source = dma[base + SOURCE] as number;
  let destination = dma[base + DESTINATION] as number;
  let last = destination;
  for (let i = 0; i < outerCount; i++) {
    for (let j = innerCount; j > 0; j--) {
      last = destination;
      copyItem(bus, core, source, destination, size);
      source = (source + (j > 1 ? sourceInner : sourceOuter)) | 0;
      destination = (destination + (j > 1 ? destinationInner : destinationOuter)) | 0;
    }
  }
  dma[base + SOURCE] = source;
  dma[base + DESTINATION] = destination;
  dma[base + COUNT] = 0;
  return last;
}

function copyItem(bus: Bus, core: Core, source: number, destination: number, size: number): void {
  if (((source | destination) & (size - 1)) !== 0) throw new CoreException('unaligned-access', 'unaligned DMA item');
  const step = Math.min(size, 4);
  for (let at = 0; at < size; at += step) bus.store(core, destination + at, step, bus.load(core, source + at, step));
}

function shift(config: number, flag: number): number {
  return (config & flag) === 0 ? 0 : 16;
}
