import { ShoalError } from './errors.ts';

/**
 * What an optional package exports, loaded at the first use. Rejects with LINK_DRIVER_MISSING if it is not installed or
 * has no binary for this machine. `purpose`: what needs it, for the message.
 */
export async function loadOptionalPackage<T>(load: () => Promise<T>, name: string, purpose: string): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new ShoalError('LINK_DRIVER_MISSING', `${purpose} need the package '${name}', which cannot be loaded`, {
      cause: error,
      hint: `npm install ${name}`,
    });
  }
}
