export { createChannelPair } from './channel-pair.ts';
export * from './errors.ts';
export type { ChannelPeer, ChannelState, MessageChannel } from './message-channel.ts';
export * from './messages.ts';
export { ByteReader, ByteWriter } from './values/head.ts';
export type { TypedArray, TypedArrayName } from './values/typed-arrays.ts';
export { readValue, type Value, writeValue } from './values/value-codec.ts';
