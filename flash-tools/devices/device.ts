/** What `shoal devices` lists. */

export type DeviceKind = 'serial' | 'usb' | 'pci' | 'network' | 'emulated';

/**
 * Whether this user can use it: `ok`; `denied` by permissions; `busy` in another program; `silent`, it did not answer.
 */
export type DeviceAccess = 'ok' | 'denied' | 'busy' | 'silent';

/** One way to something that is, or may be, a board. */
export interface Device {
  readonly kind: DeviceKind;
  /** What other commands take to name it; null for what none of them can open. */
  readonly selector: string | null;
  /** For people. */
  readonly title: string;
  readonly access: DeviceAccess;
  /** What to do about an access that is not `ok`, or null. */
  readonly hint: string | null;
  /** Facts by which it can be told from others of its kind: ids, serial number, version. */
  readonly facts: Readonly<Record<string, string>>;
}

/** The devices of one kind; or none, and why that may be. */
export interface DeviceList {
  readonly devices: readonly Device[];
  /** Why none are visible, or null if some are. */
  readonly absence: string | null;
}
