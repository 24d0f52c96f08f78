'use kernel';
/** The whole runtime: what start.s enters, and what entry stubs and kernels call. */
export {
  readAll,
  writeBoolean,
  writeFloat,
  writeInteger,
  writeUnsigned,
  writeVoid,
} from './arguments.ts';
export { boot, run } from './main.ts';
export { begin, putByte, putFloatBits, putInteger, putUnsigned, send } from './outbound.ts';
export { check, exception, memoryFault } from './traps.ts';
