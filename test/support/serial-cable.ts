import { openPseudoTerminal } from '../../host/links/pseudo-terminal.ts';

/** Two serial ports with a cable between them. */
export interface SerialCable {
  /** What each side opens. */
  readonly paths: readonly [string, string];
  /** Bytes that went over it so far, in each direction. */
  readonly carriedBytes: readonly [number, number];
  /** While it is cut, bytes are lost. */
  isCut: boolean;
  close(): void;
}

export async function serialCable(): Promise<SerialCable> {
  const ends = [await openPseudoTerminal(), await openPseudoTerminal()] as const;
  const carriedBytes: [number, number] = [0, 0];
  const cable = {
    paths: [ends[0].path, ends[1].path] as const,
    carriedBytes,
    isCut: false,
    close() {
      for (const end of ends) end.close();
    },
  };
  for (const side of [0, 1] as const) {
    ends[side].line.onBytes = (bytes) => {
      if (cable.isCut) return;
      carriedBytes[side] += bytes.length;
      ends[side === 0 ? 1 : 0].line.write(bytes.slice());
    };
  }
  return cable;
}
