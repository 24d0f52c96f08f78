'use kernel';

/** A call that is all message. */
export function nothing(): void {}
