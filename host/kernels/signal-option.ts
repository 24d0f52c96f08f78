import { ShoalError } from '../../protocol/errors.ts';
import { describeValue } from './describe-value.ts';

/** The option that everything has which may take time. */
export interface SignalOption {
  /** Ends the operation: it rejects with the signal's reason. Once it has resolved the signal has no effect. */
  readonly signal?: AbortSignal;
}

/** Throws CALL_ARGUMENT for options that are none. */
export function checkSignalType(options: SignalOption): void {
  if (typeof options !== 'object' || options === null) {
    throw new ShoalError('CALL_ARGUMENT', `options must be an object, not ${describeValue(options)}`);
  }
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ShoalError('CALL_ARGUMENT', `signal must be an AbortSignal, not ${describeValue(signal)}`);
  }
}

/** Throws the reason of a signal that has aborted, and CALL_ARGUMENT for options that are none. */
export function checkSignal(options: SignalOption): void {
  checkSignalType(options);
  options.signal?.throwIfAborted();
}
