/** In the script for small engines in place of protocol/objects/engine-streams.ts: there are no streams. */
import type * as streams from '../../protocol/objects/engine-streams.ts';

export const isStream: typeof streams.isStream = () => false;
export const sourceOfStream: typeof streams.sourceOfStream = () => undefined;
export const standInForSink: typeof streams.standInForSink = () => undefined;
export const readableOver: typeof streams.readableOver = (values) => values;
export const writableOver: typeof streams.writableOver = (sink) => sink;
