/**
 * What is assumed of silicon where no public source settles it. Arithmetic, emulator and exact Node all follow these
 * constants, so that a measurement on a chip changes one line.
 */

/** FMADD and FMSUB round once, at the end; otherwise the product is rounded by itself. Seen so in recorded vectors. */
export const MULTIPLY_ADD_ROUNDS_ONCE: boolean = true;

/** FIX in nearest mode rounds ties away from zero, as in recorded vectors; otherwise to even. Compiled code never uses it. */
export const FIX_TIES_AWAY_FROM_ZERO: boolean = true;
