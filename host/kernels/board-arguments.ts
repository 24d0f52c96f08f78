/** Arrays in board memory as arguments: which core may run the call, and that they stay until it has ended. */
import { ShoalError } from '../../protocol/errors.ts';
import type { CallPool } from '../cores/call-pool.ts';
import { BoardArray, type Place, placeOf } from '../memory/board-array.ts';
import type { Signature } from './signature.ts';

interface Use {
  readonly place: Place;
  readonly lengthBytes: number;
  readonly written: boolean;
  readonly parameter: string;
}

function usesOf(signature: Signature, values: readonly unknown[]): Use[] {
  const uses: Use[] = [];
  for (const [index, parameter] of signature.parameters.entries()) {
    const value = values[index];
    if (!(value instanceof BoardArray) || !('array' in parameter)) continue;
    const { name, written } = parameter;
    uses.push({ place: placeOf(value), lengthBytes: value.byteLength, written, parameter: name });
  }
  return uses;
}

/**
 * The only core that can run a call with these arguments; `asked` is the one that the user named, null for any.
 * Throws MEMORY_WRONG_CORE, MEMORY_FREED.
 */
export function coreFor(
  pool: CallPool,
  signature: Signature,
  values: readonly unknown[],
  asked: number | null,
): number | null {
  let core = asked;
  for (const { place, parameter } of usesOf(signature, values)) {
    const where = place.allocation.region.name;
    if (place.memory.pool !== pool) {
      const text = `${parameter} of ${signature.name} stands in the memory of another board`;
      throw new ShoalError('MEMORY_WRONG_CORE', text, { details: { kernel: signature.name, parameter } });
    }
    if (place.core === null) continue;
    if (core !== null && core !== place.core) {
      const text = `${parameter} of ${signature.name} stands in the memory of ${where}, but the call is one for core `;
      throw new ShoalError('MEMORY_WRONG_CORE', `${text}${pool.slots[core]?.position.join() ?? core}`, {
        hint: 'Copy it with copyTo, or allocate it in shared memory.',
        details: { kernel: signature.name, parameter, core: place.core, asked: core },
      });
    }
    core = place.core;
  }
  return core;
}

/**
 * Keeps the memory of the arguments until the returned function is called. Throws CALL_ALIASED_ARGUMENT if one that the
 * kernel writes overlaps another argument.
 */
export function holdArguments(signature: Signature, values: readonly unknown[]): () => void {
  const uses = usesOf(signature, values);
  for (const use of uses) {
    if (!use.written) continue;
    for (const other of uses) {
      if (other === use || !overlap(use, other)) continue;
      const text = `${signature.name} writes ${use.parameter}, which overlaps ${other.parameter}`;
      throw new ShoalError('CALL_ALIASED_ARGUMENT', text, {
        hint: 'Pass arrays that do not overlap.',
        details: { kernel: signature.name, parameter: use.parameter },
      });
    }
  }
  const release = uses.map((use) => use.place.allocation.use());
  return () => {
    for (const each of release) each();
  };
}

function overlap(a: Use, b: Use): boolean {
  const [start, other] = [a.place.meshAddress, b.place.meshAddress];
  return start < other + b.lengthBytes && other < start + a.lengthBytes;
}
