import { loadOptionalPackage } from '../../protocol/optional-package.ts';

/** A serial port of this computer; ids and serial number are those of its USB adapter, if it has one. */
export interface ListedPort {
  /** What opens it: `/dev/ttyUSB0`. */
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly serialNumber?: string | undefined;
  /** Four hexadecimal digits. */
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
}

/** Rejects with LINK_DRIVER_MISSING, or with what the package says if the system does not tell its ports. */
export async function listSerialPorts(): Promise<readonly ListedPort[]> {
  const { SerialPort } = await loadOptionalPackage(() => import('serialport'), 'serialport', 'serial ports');
  return SerialPort.list();
}
