/** Messages that a channel cannot take. */
import { ShoalError } from './errors.ts';

/** Throws PROTOCOL_INVALID if a channel cannot take the message. */
export function checkMessage(message: Uint8Array, maxMessageBytes: number): void {
  if (message.length > 0 && message.length <= maxMessageBytes) return;
  throw new ShoalError('PROTOCOL_INVALID', `a message has 1 to ${maxMessageBytes} bytes, not ${message.length}`, {
    hint: 'send large data in parts, or put it into memory of the board',
  });
}

/** A message over what the other end has said that it takes. */
export function tooLarge(sizeBytes: number, maximum: number): ShoalError {
  return new ShoalError('LIMIT_EXCEEDED', `a message of ${sizeBytes} bytes, the other side takes ${maximum} at most`, {
    hint: 'send large data in parts, or as a stream',
    details: { limit: 'messageBytes' },
  });
}
