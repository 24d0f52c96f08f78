/** Two connected ends for the behaviour suite. */
import * as protocol from 'shoal/protocol';
import {
  connect,
  createChannelPair,
  type MessageChannel,
  type PassingPolicy,
  type Session,
  type SessionCounts,
} from 'shoal/protocol';
import { behaviourExports, KNOWN_CLASSES } from './exports.ts';

export interface PairOptions {
  /** Of both ends. */
  readonly passing?: PassingPolicy;
  readonly timeoutMs?: number;
}

export interface ConnectedPair {
  readonly near: Session;
  /** Counts of the other end. */
  farCounts(): SessionCounts | Promise<SessionCounts>;
  end(): Promise<void>;
}

/** Connects this process to a far side that exports `behaviourExports()`. */
export type MakePair = (options: PairOptions) => Promise<ConnectedPair>;

export function connectOver(
  [nearEnd, farEnd]: readonly [MessageChannel, MessageChannel],
  options: PairOptions,
): ConnectedPair {
  const far = connect(farEnd, { exports: { ...behaviourExports(protocol) }, classes: KNOWN_CLASSES, ...options });
  const near = connect(nearEnd, { classes: KNOWN_CLASSES, ...options });
  return {
    near,
    farCounts: () => far.counts,
    end: async () => {
      near.close();
      far.close();
    },
  };
}

export const inProcess: MakePair = async (options) => connectOver(createChannelPair(), options);
