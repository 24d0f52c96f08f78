/** What the host knows of a kernel: enough to check and write its arguments and to read its answer. */
import type { TypedArrayName } from '../../protocol/values/typed-arrays.ts';

export type ScalarName = 'i32' | 'u32' | 'f32' | 'bool';

export type Parameter =
  | { readonly name: string; readonly scalar: ScalarName }
  | {
      readonly name: string;
      readonly array: TypedArrayName;
      /** The kernel reads elements that it has not written itself: they must be sent. */
      readonly read: boolean;
      /** The kernel writes elements: they come back. */
      readonly written: boolean;
    };

export interface Signature {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly result: ScalarName | 'void';
}

/** `saxpy(a: f32, x: Float32Array, y: Float32Array): void`, for messages. */
export function signatureText(signature: Signature): string {
  const parameters = signature.parameters.map(
    (parameter) => `${parameter.name}: ${'scalar' in parameter ? scalarText(parameter.scalar) : parameter.array}`,
  );
  return `${signature.name}(${parameters.join(', ')}): ${signature.result === 'void' ? 'void' : scalarText(signature.result)}`;
}

const scalarText = (scalar: ScalarName): string => (scalar === 'bool' ? 'boolean' : scalar);
