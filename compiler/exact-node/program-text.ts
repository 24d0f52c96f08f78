import type { Global, IntrinsicName } from '../kernel-tree/tree.ts';
import { numberLiteral } from './line-writer.ts';
import { ARRAY_CLASSES } from './print-record.ts';

/** Where Node finds the function of an intrinsic. */
export interface IntrinsicImport {
  readonly module: 'shoal/kernel' | 'shoal/kernel/machine';
  readonly name: string;
}

const kernel = (name: string): IntrinsicImport => ({ module: 'shoal/kernel', name });
const machine = (name: string): IntrinsicImport => ({ module: 'shoal/kernel/machine', name });

/** `log` and `begins-behind` are printed as calls of the runtime module; locks have methods. */
export type ImportedIntrinsic = Exclude<IntrinsicName, 'log' | 'begins-behind' | 'acquire-lock' | 'release-lock'>;

/** The Node implementation of each intrinsic, in device/kernel. */
export const INTRINSIC_IMPORTS: Readonly<Record<ImportedIntrinsic, IntrinsicImport>> = {
  'core-index': kernel('coreIndex'),
  'core-count': kernel('coreCount'),
  'board-rows': kernel('boardRows'),
  'board-columns': kernel('boardColumns'),
  'first-core-id': machine('firstCoreId'),
  'peer-of-index': kernel('peer'),
  'peer-at': kernel('peer'),
  neighbour: kernel('neighbour'),
  'wrapped-neighbour': kernel('wrappedNeighbour'),
  barrier: kernel('barrier'),
  load8: machine('load8'),
  load16: machine('load16'),
  load32: machine('load32'),
  store8: machine('store8'),
  store16: machine('store16'),
  store32: machine('store32'),
  'read-register': machine('readRegister'),
  'write-register': machine('writeRegister'),
  'test-and-set': machine('testAndSet'),
  idle: machine('idle'),
  'enable-interrupts': machine('enableInterrupts'),
  'disable-interrupts': machine('disableInterrupts'),
  'wait-for-interrupt': machine('waitForInterrupt'),
  'call-address': machine('callAddress'),
  'array-address': machine('arrayAddress'),
};

/**
 * The first value of a module variable: what the compiler puts into the ELF file, as JavaScript. `nameOf`: the object
 * that it is or refers to, of an array by the element with this index.
 */
export function initialText(global: Global, nameOf: (object: Global, index: number) => string): string {
  const { type, initial } = global;
  if (typeof initial === 'object' && 'record' in initial) return nameOf(global, 0);
  if (typeof initial === 'object' && 'refersTo' in initial) {
    return initial.refersTo === null ? 'null' : nameOf(initial.refersTo, 0);
  }
  if (type.tag === 'scalar') {
    const value = typeof initial === 'number' ? initial : 0;
    return type.scalar === 'bool' ? String(value !== 0) : numberLiteral(value);
  }
  const elements = typeof initial === 'number' ? [initial] : initial;
  const texts = elements.map((value, index) => elementText(value, (object) => nameOf(object, index)));
  if (type.element === 'reference') return `[${texts.join(', ')}]`;
  const isZero = elements.every((value) => Object.is(value, 0));
  const list = isZero ? elements.length : `[${texts.join(', ')}]`;
  return `new ${ARRAY_CLASSES[type.element]}(${list})`;
}

function elementText(value: number | Global | null, nameOf: (object: Global) => string): string {
  if (value === null) return 'null';
  return typeof value === 'number' ? numberLiteral(value) : nameOf(value);
}
