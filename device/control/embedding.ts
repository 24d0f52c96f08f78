/**
 * What the program around a JavaScript engine gives the control runtime, and what it gets: functions of numbers, text
 * and bytes only, so that an engine in any language binds them. `port` numbers the lines of a board from 0.
 */
import type { LineKind } from '../../protocol/line.ts';

export interface Embedding {
  /** Milliseconds from any origin, never going back. */
  now(): number;
  /** 0 … 1, another sequence at each start: sessions are told apart by it. */
  random(): number;
  /** Calls `runtime.timer()` once after so many milliseconds, instead of what was asked for before; −1: not at all. */
  setTimer(delayMs: number): void;
  write(port: number, bytes: ArrayBuffer): void;
  /** Ends the line: the other end must connect again. */
  closeLine(port: number): void;
  /** A line for whoever watches the board. */
  log(text: string): void;
  /** What of the board can be imported besides what the runtime itself exports: names, one a line. */
  readonly moduleNames?: string;
  /**
   * Loads the module of one of these names at its first use; the same object each time. Where there is `memory`, also
   * `cores`, which the runtime exports in its own way (core-module.ts).
   */
  importModule?(name: string): unknown;
  /** The cores' memory; absent on boards whose cores no host is to use. */
  readonly memory?: EmbeddedMemory;
}

/** The window into the memory of a board's cores, by mesh addresses; words are 32 bits. */
export interface EmbeddedMemory {
  read(address: number, lengthBytes: number): ArrayBuffer;
  write(address: number, bytes: ArrayBuffer): void;
  readWord(address: number): number;
  writeWord(address: number, value: number): void;
  /**
   * Emulated boards: lets the cores work for a while. The sum of 1 if every core sleeps and nothing can wake one, and 2
   * if a core has stopped for good.
   */
  advance?(): number;
  /**
   * Emulated boards: the local address of the instruction with which a core has stopped for good, and why, with a space
   * between them; empty if it has not.
   */
  fault?(core: number): string;
  /** Emulated boards: who waits on what. */
  report?(): string;
  /** Emulated boards: instructions executed by a core; by one that never sleeps, for −1. */
  instructions?(core: number): number;
}

/** A disk that the embedding keeps. Paths begin with `/` and have neither `.` nor `..` nor empty parts. */
export interface EmbeddedDisk {
  /** Bytes of a file, −1 for a folder, −2 if there is nothing. */
  size(path: string): number;
  read(path: string, offset: number, lengthBytes: number): ArrayBuffer;
  /** Makes the file if it is not there; a hole in front of `offset` is filled with zeros. */
  write(path: string, offset: number, bytes: ArrayBuffer): void;
  /** Cuts a file, or makes an empty one. */
  truncate(path: string, lengthBytes: number): void;
  /** Names in a folder, one a line, sorted. */
  list(path: string): string;
  /** Of a file or an empty folder. */
  remove(path: string): void;
  makeFolder(path: string): void;
  /** Takes the place of a file of that name. */
  rename(from: string, to: string): void;
  /** Bytes that can still be written. */
  freeBytes(): number;
}

export interface EmbeddedRuntime {
  /** A line is there, the first or another one after `lineEnded`. */
  lineOpened(port: number, kind: LineKind, isNoisy: boolean): void;
  received(port: number, bytes: ArrayBuffer): void;
  lineEnded(port: number): void;
  timer(): void;
  /** Sends a line of text to the host at a port, as a log; to all hosts without one. */
  say(text: string, port?: number): void;
}
