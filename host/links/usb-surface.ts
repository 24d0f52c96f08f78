/** What Shoal uses of WebUSB: the surface of the package `usb`, and of what stands in for it in tests. */
import { loadOptionalPackage } from '../../protocol/optional-package.ts';

export interface UsbSystem {
  /** Rejects where the system has no USB at all. */
  getDevices(): Promise<readonly UsbDeviceSurface[]>;
}

export interface UsbEndpointSurface {
  readonly endpointNumber: number;
  readonly direction: 'in' | 'out';
  readonly type: string;
  readonly packetSize: number;
}

export interface UsbAlternateSurface {
  readonly alternateSetting: number;
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  readonly interfaceProtocol: number;
  readonly interfaceName?: string | null;
  readonly endpoints: readonly UsbEndpointSurface[];
}

export interface UsbInterfaceSurface {
  readonly interfaceNumber: number;
  readonly alternates: readonly UsbAlternateSurface[];
}

export interface UsbControlSetup {
  readonly requestType: 'standard' | 'class' | 'vendor';
  readonly recipient: 'device' | 'interface' | 'endpoint';
  readonly request: number;
  readonly value: number;
  readonly index: number;
}

/** Status and data of a transfer to the host. A stall is a status in WebUSB, and an exception of the package. */
export interface UsbInResult {
  readonly status?: string;
  readonly data?: DataView;
}

export interface UsbOutResult {
  readonly status?: string;
}

export interface UsbDeviceSurface {
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceVersionMajor: number;
  readonly deviceVersionMinor: number;
  readonly deviceVersionSubminor: number;
  /** Throws, as `productName`, if the system does not know it and does not let this user ask the device. */
  readonly serialNumber?: string | null;
  readonly productName?: string | null;
  readonly configuration?: { readonly interfaces: readonly UsbInterfaceSurface[] } | null;
  open(): Promise<void>;
  close(): Promise<void>;
  claimInterface(interfaceNumber: number): Promise<void>;
  releaseInterface(interfaceNumber: number): Promise<void>;
  selectAlternateInterface(interfaceNumber: number, alternate: number): Promise<void>;
  controlTransferIn(setup: UsbControlSetup, lengthBytes: number, timeoutMs?: number): Promise<UsbInResult>;
  controlTransferOut(setup: UsbControlSetup, data: Uint8Array, timeoutMs?: number): Promise<UsbOutResult>;
  transferIn(endpointNumber: number, lengthBytes: number, timeoutMs?: number): Promise<UsbInResult>;
  transferOut(endpointNumber: number, data: Uint8Array, timeoutMs?: number): Promise<UsbOutResult>;
  clearHalt(direction: 'in' | 'out', endpointNumber: number): Promise<void>;
  reset(): Promise<void>;
}

/** The USB devices of this computer. Rejects with LINK_DRIVER_MISSING without the package `usb`. */
export async function systemUsb(): Promise<UsbSystem> {
  const { usb } = await loadOptionalPackage(() => import('usb'), 'usb', 'USB devices');
  return usb as unknown as UsbSystem;
}
