/**
 * The memory of a board, by mesh addresses: memory-mapped, or emulated. Words are 32 bits, little endian. Nothing waits:
 * a window answers at once.
 */
export interface MemoryWindow {
  read(address: number, lengthBytes: number): Uint8Array;
  write(address: number, bytes: Uint8Array): void;
  readWord(address: number): number;
  writeWord(address: number, value: number): void;
}
