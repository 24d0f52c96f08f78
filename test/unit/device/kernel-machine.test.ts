import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { coreCount, coreIndex } from '../../../device/kernel/index.ts';
import * as machine from '../../../device/kernel/machine.ts';
import { installMachine, installMemory, type SimulatedMachine } from '../../../device/kernel/simulated-machine.ts';

afterEach(() => {
  installMemory(null);
  installMachine(null);
});

test('outside of a call there is one core, the first', () => {
  expect([coreIndex(), coreCount()]).toEqual([0, 1]);
});

describe('bits of floats', () => {
  test('known patterns', () => {
    expect(machine.bitsOf(1)).toBe(0x3f800000);
    expect(machine.bitsOf(-0)).toBe(-0x80000000);
    expect(machine.bitsOf(0.1)).toBe(0x3dcccccd);
    expect(machine.bitsOf(Number.NaN)).toBe(0x7fc00000);
    expect(machine.floatOf(0x7f800000)).toBe(Number.POSITIVE_INFINITY);
    expect(machine.floatOf(0xff800000)).toBe(Number.NEGATIVE_INFINITY);
    expect(machine.floatOf(1)).toBe(2 ** -149);
  });

  test('there and back is the same, every NaN becoming the one', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (bits) => {
        const float = machine.floatOf(bits);
        expect(machine.bitsOf(float)).toBe(Number.isNaN(float) ? 0x7fc00000 : bits);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('memory', () => {
  const BASE = 0x8080_0000;
  const bytes = new Uint8Array(64);

  beforeEach(() => {
    bytes.fill(0);
    installMemory(new DataView(bytes.buffer), BASE);
  });

  test('is little-endian, keeps low bits, loads bytes and half words without sign', () => {
    machine.store32(BASE, 0x8899aabb | 0);
    expect([...bytes.subarray(0, 4)]).toEqual([0xbb, 0xaa, 0x99, 0x88]);
    expect(machine.load8(BASE + 3)).toBe(0x88);
    expect(machine.load16(BASE + 2)).toBe(0x8899);
    expect(machine.load32(BASE)).toBe(0x8899aabb | 0);
    machine.store8(BASE + 4, 0x1ff);
    machine.store16(BASE + 6, -1);
    expect([...bytes.subarray(4, 8)]).toEqual([0xff, 0, 0xff, 0xff]);
  });

  test('addresses are words: a negative i32 is the same address', () => {
    machine.store32(BASE | 0, 7);
    expect(machine.load32(BASE)).toBe(7);
  });

  test('unaligned and unmapped addresses throw', () => {
    expect(() => machine.load32(BASE + 2)).toThrow('address 0x80800002 is not a multiple of 4');
    expect(() => machine.store16(BASE + 1, 0)).toThrow(RangeError);
    expect(() => machine.load8(BASE + 64)).toThrow('nothing answers at 0x80800040');
    expect(() => machine.load8(0)).toThrow('nothing answers at 0x00000000');
  });

  test('test-and-set takes a word once', () => {
    expect(machine.testAndSet(BASE + 8, 5)).toBe(0);
    expect(machine.testAndSet(BASE + 8, 6)).toBe(5);
    expect(machine.load32(BASE + 8)).toBe(5);
  });

  test('arrays in it have an address, others have none', () => {
    expect(machine.arrayAddress(new Int16Array(bytes.buffer, 6, 3))).toBe(BASE + 6);
    expect(() => machine.arrayAddress(new Float32Array(3))).toThrow('no address');
  });

  test('nothing works without memory, and the error says what to do', () => {
    installMemory(null);
    expect(() => machine.load32(0)).toThrow('call installMemory() first');
    expect(() => machine.arrayAddress(new Float32Array(3))).toThrow('call installMemory() first');
  });
});

describe('registers, sleep and calls', () => {
  test('go to the machine that is installed', () => {
    const log: unknown[] = [];
    const simulated: SimulatedMachine = {
      readRegister: (name) => (name === 'ilat' ? 0xffff_ffff : 0),
      writeRegister: (name, value) => log.push(name, value),
      idle: () => log.push('idle'),
      setInterrupts: (enabled) => log.push(enabled),
      callAddress: (address, words) => address + words.length,
    };
    installMachine(simulated);
    expect(machine.readRegister('ilat')).toBe(-1);
    machine.writeRegister('imask', 3);
    machine.disableInterrupts();
    machine.idle();
    machine.enableInterrupts();
    expect(log).toEqual(['imask', 3, false, 'idle', true]);
    expect(machine.callAddress(0x100, 1, 2)).toBe(0x102);
    expect(machine.callAddress(0x100)).toBe(0x100);
  });

  test.each([
    () => machine.readRegister('ilat'),
    () => machine.writeRegister('ilat', 0),
    () => machine.idle(),
    () => machine.enableInterrupts(),
    () => machine.disableInterrupts(),
    () => machine.callAddress(0),
  ])('throw without one: %s', (operation) => {
    expect(operation).toThrow('call installMachine() first');
  });
});
