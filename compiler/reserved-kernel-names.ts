/** Names that the object of a module's kernels uses itself; `then` would make it look like a promise. */
export const RESERVED_KERNEL_NAMES: readonly string[] = ['at', 'everywhere', 'with', 'then'];
