import {
  deviceDescriptor,
  deviceQualifier,
  FIRST_NAME_STRING,
  MANUFACTURER_STRING,
  PRODUCT_STRING,
  SERIAL_STRING,
  stringDescriptor,
} from './descriptors.ts';
import {
  DESCRIPTOR,
  RECIPIENT_ENDPOINT,
  RECIPIENT_MASK,
  REQUEST,
  type UsbAnswer,
  type UsbIdentity,
  type UsbSetup,
} from './usb-device.ts';

/** What the standard requests of a device with one configuration are about. */
export interface StandardRequestsOptions {
  readonly identity: UsbIdentity;
  readonly configuration: Uint8Array;
  /** Names of interfaces, for the strings from {@link FIRST_NAME_STRING} on. */
  readonly names?: readonly string[];
  /** How many settings each interface has, by number. */
  readonly alternates: readonly number[];
  /** The host has chosen another setting. */
  readonly onAlternate?: (interfaceNumber: number, alternate: number) => void;
  /** The host ends the stall of an endpoint. */
  readonly onClearHalt?: (address: number) => void;
}

const DONE = new Uint8Array(0);

/** Answers to the standard requests of USB 2.0, chapter 9.4. */
export class StandardRequests {
  readonly #options: StandardRequestsOptions;
  #configurationValue = 0;
  #alternates: number[] = [];

  constructor(options: StandardRequestsOptions) {
    this.#options = options;
    this.reset();
  }

  reset(): void {
    this.#configurationValue = 0;
    this.#alternates = this.#options.alternates.map(() => 0);
  }

  answer({ requestType, request, value, index, length }: UsbSetup): UsbAnswer {
    const answer = this.#answer(requestType, request, value, index);
    return answer === 'stall' ? answer : answer.subarray(0, length);
  }

  #answer(requestType: number, request: number, value: number, index: number): UsbAnswer {
    switch (request) {
      case REQUEST.getDescriptor:
        return this.#descriptor(value >> 8, value & 0xff);
      case REQUEST.getStatus:
        return Uint8Array.of((requestType & RECIPIENT_MASK) === 0 ? 1 : 0, 0);
      case REQUEST.setAddress:
        return DONE;
      case REQUEST.getConfiguration:
        return Uint8Array.of(this.#configurationValue);
      case REQUEST.setConfiguration:
        if (value > 1) return 'stall';
        this.reset();
        this.#configurationValue = value;
        return DONE;
      case REQUEST.getInterface: {
        const alternate = this.#alternates[index];
        return alternate === undefined ? 'stall' : Uint8Array.of(alternate);
      }
      case REQUEST.setInterface:
        return this.#selectAlternate(index, value);
      case REQUEST.clearFeature:
        if ((requestType & RECIPIENT_MASK) === RECIPIENT_ENDPOINT) this.#options.onClearHalt?.(index);
        return DONE;
      default:
        return 'stall';
    }
  }

  #selectAlternate(interfaceNumber: number, alternate: number): UsbAnswer {
    const count = this.#options.alternates[interfaceNumber] ?? 0;
    if (alternate >= count) return 'stall';
    this.#alternates[interfaceNumber] = alternate;
    this.#options.onAlternate?.(interfaceNumber, alternate);
    return DONE;
  }

  #descriptor(type: number, index: number): UsbAnswer {
    const { identity, configuration, names = [] } = this.#options;
    if (type === DESCRIPTOR.device) return deviceDescriptor(identity);
    if (type === DESCRIPTOR.deviceQualifier) return deviceQualifier();
    if (type === DESCRIPTOR.configuration) return index === 0 ? configuration : 'stall';
    if (type !== DESCRIPTOR.string) return 'stall';
    if (index === 0) return stringDescriptor(null);
    const texts: Readonly<Record<number, string>> = {
      [MANUFACTURER_STRING]: identity.manufacturer,
      [PRODUCT_STRING]: identity.product,
      [SERIAL_STRING]: identity.serialNumber,
    };
    const text = texts[index] ?? names[index - FIRST_NAME_STRING];
    return text === undefined ? 'stall' : stringDescriptor(text);
  }
}
