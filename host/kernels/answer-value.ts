import { ShoalError } from '../../protocol/errors.ts';
import type { Value } from '../../protocol/values/value-codec.ts';
import type { Answer } from './pending-call.ts';
import type { Signature } from './signature.ts';

/** The result of a kernel, checked against its signature: a core whose memory is damaged may send anything. */
export function answerValue(signature: Signature, value: Value): Answer['value'] {
  const { result } = signature;
  if (result === 'void' && value === undefined) return undefined;
  if (result === 'bool' && typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (result === 'f32' || (result === 'i32' && value === (value | 0))) return value;
    if (result === 'u32' && value === value >>> 0) return value;
  }
  throw new ShoalError('PROTOCOL_INVALID', `${signature.name} answered with something else than its result`);
}
