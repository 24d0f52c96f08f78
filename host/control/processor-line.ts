import type { ControlProcessor } from '../../emulator/index.ts';
import { ShoalError } from '../../protocol/errors.ts';
import type { Line } from '../../protocol/line.ts';
import { STREAM_CAPABILITIES } from '../links/duplex-line.ts';

/** A line into an emulated control processor of this process: bytes arrive in a later turn, as over a socket. */
export function lineInto(processor: ControlProcessor, port: number): Line {
  const line: Line = {
    capabilities: STREAM_CAPABILITIES,
    bufferedBytes: 0,
    write: (bytes) => void setImmediate(() => end.write(bytes)),
    onBytes: () => undefined,
    onDrain: () => undefined,
    onEnd: () => undefined,
    close: () => end.end(),
  };
  const end = processor.open(port, 'stream', false, {
    onBytes: (bytes) => void setImmediate(() => line.onBytes(bytes)),
    onClosed: () => void setImmediate(() => line.onEnd(new ShoalError('LINK_LOST', 'the runtime has closed the line'))),
  });
  return line;
}
