/** Registers of a core by their local addresses (Epiphany), and what they hold when the runtime starts. */
export const REGISTER = {
  config: 0xf0400,
  status: 0xf0404,
  imask: 0xf0424,
  ilatst: 0xf042c,
  ilatcl: 0xf0430,
  fstatus: 0xf0440,
  debugcmd: 0xf0448,
  meshconfig: 0xf0700,
  resetcore: 0xf070c,
} as const;

export const SYNC = 1;
export const HALT = 1;
export const RUN = 0;
/** The core's clock stops while it idles; float mode, rounding to nearest even. */
export const CONFIG_AT_START = 0x0040_0000;
/** Only SYNC comes through until the runtime has set its own mask. */
export const IMASK_AT_START = 0x3fe;
/** The mesh interface sleeps when it has nothing to do. */
export const MESHCONFIG_AT_START = 2;
