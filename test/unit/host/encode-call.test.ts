import fc from 'fast-check';
import { readMessages } from 'shoal/protocol';
import { expect, test } from 'vitest';
import { encodeCall, setCallHead } from '../../../host/kernels/encode-call.ts';
import type { Parameter, Signature } from '../../../host/kernels/signature.ts';

type Case = readonly [Parameter, unknown];

const parameter: fc.Arbitrary<Case> = fc.oneof(
  fc.integer().map((value): Case => [{ name: 'i', scalar: 'i32' }, value]),
  fc.nat({ max: 0xffffffff }).map((value): Case => [{ name: 'u', scalar: 'u32' }, value]),
  fc.float().map((value): Case => [{ name: 'f', scalar: 'f32' }, value]),
  fc.boolean().map((value): Case => [{ name: 'b', scalar: 'bool' }, value]),
  fc.int16Array().map((value): Case => [{ name: 'x', array: 'Int16Array', read: true, written: false }, value]),
  fc.uint8Array().map((value): Case => [{ name: 'y', array: 'Uint8Array', read: true, written: true }, value]),
  fc
    .float32Array({ noNaN: true })
    .map((value): Case => [{ name: 'z', array: 'Float32Array', read: true, written: false }, value]),
  fc.uint32Array().map((value): Case => [{ name: 'o', array: 'Uint32Array', read: false, written: true }, value]),
);

function signatureOf(cases: readonly Case[]): Signature {
  return { name: 'k', parameters: cases.map(([p]) => p), result: 'void' };
}

test('what is encoded is the CALL of protocol/spec.md with these values', () => {
  fc.assert(
    fc.property(
      fc.array(parameter, { maxLength: 12 }),
      fc.integer({ min: 1, max: 65535 }),
      fc.nat(65535),
      (cases, id, n) => {
        const call = encodeCall(
          signatureOf(cases),
          cases.map(([, value]) => value),
        );
        setCallHead(call, id, n);
        const [message] = readMessages(call.message);
        const expected = cases.map(([p, value]) =>
          // Room only: its content is not transmitted.
          'array' in p && !p.read ? new Uint32Array((value as Uint32Array).length) : value,
        );
        expect(message).toStrictEqual({ kind: 'call', call: id, target: n, arguments: expected });
      },
    ),
    { seed: 6, numRuns: 1000 },
  );
});

test('payloads are 8-aligned; what is not sent is exactly the arrays that are only written', () => {
  fc.assert(
    fc.property(fc.array(parameter, { maxLength: 12 }), (cases) => {
      const call = encodeCall(
        signatureOf(cases),
        cases.map(([, value]) => value),
      );
      for (const output of call.outputs) if (output.lengthBytes > 0) expect(output.offset % 8).toBe(0);
      const room = cases.reduce(
        (sum, [p, v]) => sum + ('array' in p && !p.read ? (v as Uint32Array).byteLength : 0),
        0,
      );
      expect(call.sentBytes).toBe(call.message.length - room);
      expect(call.outputs).toHaveLength(cases.filter(([p]) => 'array' in p && p.written).length);
    }),
    { seed: 7, numRuns: 1000 },
  );
});

test('NaNs in Float32Array inputs and f32 arguments become 7fc00000; the array itself stays', () => {
  const x = new Float32Array(new Uint32Array([0xffc12345, 0x7f800001, 0x3f800000]).buffer);
  const before = new Uint32Array(x.buffer).slice();
  const call = encodeCall(
    {
      name: 'k',
      parameters: [
        { name: 'a', scalar: 'f32' },
        { name: 'x', array: 'Float32Array', read: true, written: false },
      ],
      result: 'void',
    },
    [Number.NaN, x],
  );
  const hex = Buffer.from(call.message).toString('hex');
  expect(hex).toContain('fa7fc00000');
  expect(hex.endsWith('0000c07f0000c07f0000803f')).toBe(true);
  expect(new Uint32Array(x.buffer)).toStrictEqual(before);
});
