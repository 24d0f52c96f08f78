/** Which host has the cores of the board: one at a time, whose line stands. */
import type { CoreExport } from '../../protocol/cores/core-commands.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { CoreService, type ServiceClock } from './core-service.ts';
import type { EmbeddedMemory } from './embedding.ts';

/** A session with a host, as much of it as is needed here. */
export interface HostSession {
  readonly isClosed: boolean;
  sendToNode(node: number, message: Uint8Array): void;
}

/** The cores, for all sessions of a runtime. */
export interface CoreSharing {
  /** What a session exports as `cores`. */
  exportTo(session: HostSession): CoreExport;
  /** A message of a host for a core. Throws PROTOCOL_INVALID. */
  take(session: HostSession, node: number, message: Uint8Array): void;
  /** The line of a session has gone, or come again. */
  setThere(session: HostSession, isThere: boolean): void;
}

export function shareCores(memory: EmbeddedMemory, clock: ServiceClock): CoreSharing {
  let user: { readonly session: HostSession; readonly service: CoreService; isThere: boolean } | undefined;
  return {
    exportTo: (session) => ({
      attach(bases, memoryBytes, tell) {
        if (user !== undefined && user.session !== session && user.isThere && !user.session.isClosed) {
          throw new ShoalError('LINK_BUSY', 'another host uses the cores of this board', { retryable: true });
        }
        user?.service.end();
        const send = (node: number, message: Uint8Array): void => session.sendToNode(node, message);
        const service = new CoreService(memory, clock, { bases, memoryBytes }, tell, send);
        user = { session, service, isThere: true };
        return service;
      },
    }),
    take(session, node, message) {
      if (user?.session === session) user.service.take(node, message);
    },
    setThere(session, isThere) {
      if (user?.session === session) user.isThere = isThere;
    },
  };
}
