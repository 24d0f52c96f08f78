import { BOOL, F32, I32, integer, U32, type ValueType, VOID } from './number-kinds.ts';

/** Results of library functions, besides those of Math. */
const LIBRARY_RESULTS: Readonly<Record<string, ValueType>> = {
  coreIndex: integer('i32', 0, 65535),
  coreCount: integer('i32', 0, 65536),
  boardRows: integer('i32', 0, 64),
  boardColumns: integer('i32', 0, 64),
  firstCoreId: integer('i32', 0, 4095),
  load8: integer('i32', 0, 255),
  load16: integer('i32', 0, 65535),
  load32: I32,
  readRegister: I32,
  testAndSet: I32,
  callAddress: I32,
  bitsOf: I32,
  floatOf: F32,
  arrayAddress: U32,
  beginsBehind: BOOL,
};

/** What a function of `shoal/kernel` gives; void for all that give nothing. */
export function libraryResult(name: string): ValueType {
  return (Object.hasOwn(LIBRARY_RESULTS, name) ? LIBRARY_RESULTS[name] : undefined) ?? VOID;
}
