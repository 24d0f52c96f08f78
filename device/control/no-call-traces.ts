/**
 * In the script for small engines in place of protocol/objects/call-traces.ts: places in a script without line breaks help
 * nobody, and to take a stack at each call costs memory. Errors keep the stack of the side that threw them.
 */
import type * as traces from '../../protocol/objects/call-traces.ts';

export const TRACES_CALLS: typeof traces.TRACES_CALLS = false;
export const joinStacks: typeof traces.joinStacks = () => {};
export const withWaitingCalls: typeof traces.withWaitingCalls = (error) => Promise.reject(error);
