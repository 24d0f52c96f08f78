/** Registers of a core by their local addresses (Epiphany), and what they hold when the runtime starts. */
export const CONFIG_REGISTER = 0xf0400;
export const IMASK_REGISTER = 0xf0424;
export const ILATST_REGISTER = 0xf042c;
export const ILATCL_REGISTER = 0xf0430;
export const FSTATUS_REGISTER = 0xf0440;
export const DEBUGCMD_REGISTER = 0xf0448;
export const MESHCONFIG_REGISTER = 0xf0700;
export const RESETCORE_REGISTER = 0xf070c;

/** Of ILATST: starts a core at its first address. */
export const SYNC = 1;
/** Of DEBUGCMD. */
export const HALT = 1;
export const RUN = 0;
/** The core's clock stops while it idles; float mode, rounding to nearest even. */
export const CONFIG_AT_START = 0x0040_0000;
/** Only SYNC comes through until the runtime has set its own mask. */
export const IMASK_AT_START = 0x3fe;
/** The mesh interface sleeps when it has nothing to do. */
export const MESHCONFIG_AT_START = 2;
