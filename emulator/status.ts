/** Bits of the special registers STATUS and CONFIG, and the numbers of the interrupts. */

export const STATUS_ACTIVE: number = 1 << 0;
/** Interrupts are disabled globally. */
export const STATUS_GID: number = 1 << 1;
/** Set on interrupt entry, cleared by RTI; no other effect. */
export const STATUS_KERNEL_MODE: number = 1 << 2;
export const STATUS_WAND: number = 1 << 3;
export const STATUS_AZ: number = 1 << 4;
export const STATUS_AN: number = 1 << 5;
export const STATUS_AC: number = 1 << 6;
export const STATUS_AV: number = 1 << 7;
export const STATUS_BZ: number = 1 << 8;
export const STATUS_BN: number = 1 << 9;
export const STATUS_BV: number = 1 << 10;
export const STATUS_AVS: number = 1 << 12;
export const STATUS_BIS: number = 1 << 13;
export const STATUS_BVS: number = 1 << 14;
export const STATUS_BUS: number = 1 << 15;
export const STATUS_EXCAUSE_SHIFT = 16;
export const STATUS_EXCAUSE_MASK: number = 0xf << 16;

/** The integer flags that an ALU instruction replaces. */
export const STATUS_ALU: number = STATUS_AZ | STATUS_AN | STATUS_AC | STATUS_AV;
/** The flags that an FPU instruction replaces. */
export const STATUS_FPU: number = STATUS_BZ | STATUS_BN | STATUS_BV;

export const CONFIG_TRUNCATE: number = 1 << 0;
export const CONFIG_INVALID_ENABLE: number = 1 << 1;
export const CONFIG_OVERFLOW_ENABLE: number = 1 << 2;
export const CONFIG_UNDERFLOW_ENABLE: number = 1 << 3;
export const CONFIG_ARITHMETIC_MASK: number = 7 << 17;
export const CONFIG_INTEGER_MODE: number = 4 << 17;
export const CONFIG_DMA_PAUSE: number = 1 << 24;
/** Epiphany-IV: a timer goes on at 0xffffffff after 0. */
export const CONFIG_TIMER_WRAP: number = 1 << 26;

export const INTERRUPT_SYNC = 0;
export const INTERRUPT_SOFTWARE_EXCEPTION = 1;
export const INTERRUPT_MEMORY_FAULT = 2;
export const INTERRUPT_TIMER0 = 3;
export const INTERRUPT_MESSAGE = 5;
export const INTERRUPT_DMA0 = 6;
export const INTERRUPT_WAND = 8;
export const INTERRUPT_USER = 9;
/** Every bit of IMASK, ILAT and IPEND that exists. */
export const INTERRUPT_BITS = 0x3ff;
/** Names as in reports, by bit. */
export const INTERRUPT_NAMES: readonly string[] = [
  'SYNC',
  'software exception',
  'memory fault',
  'TIMER0',
  'TIMER1',
  'MESSAGE',
  'DMA0',
  'DMA1',
  'WAND',
  'USER',
];
