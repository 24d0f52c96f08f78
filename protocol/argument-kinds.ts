'use kernel';
/**
 * The kinds of kernel parameters, four bits each, as entry stubs name them to `readAll` of device/core/arguments.ts:
 * the first parameter in the lowest bits of a descriptor, 0 behind the last. This file must hold nothing but
 * `export const` numbers: device/core imports it as kernel language.
 */

/** An i32, or the word of a u32. */
export const ARGUMENT_INTEGER = 1;
export const ARGUMENT_FLOAT = 2;
/** The word is 0 or 1. */
export const ARGUMENT_BOOLEAN = 3;
/** From here on typed arrays, two words each: address and length in elements. Their order is that of RFC 8746 tags. */
export const ARGUMENT_UINT8_ARRAY = 4;
export const ARGUMENT_UINT16_ARRAY = 5;
export const ARGUMENT_UINT32_ARRAY = 6;
export const ARGUMENT_INT8_ARRAY = 7;
export const ARGUMENT_INT16_ARRAY = 8;
export const ARGUMENT_INT32_ARRAY = 9;
export const ARGUMENT_FLOAT32_ARRAY = 10;

/** A kernel takes this many words at most: as many as registers pass. */
export const ARGUMENT_WORDS = 16;
