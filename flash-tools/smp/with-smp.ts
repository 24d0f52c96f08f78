import { openSmp } from './open-smp.ts';
import { SmpClient, type SmpClientOptions } from './smp-client.ts';

/** Opens a board, uses it, and closes it however that ends. Rejects as {@link openSmp} and `use` do. */
export async function withSmp<T>(
  selector: string,
  signal: AbortSignal,
  use: (client: SmpClient) => Promise<T>,
  options: Omit<SmpClientOptions, 'signal'> = {},
): Promise<T> {
  const client = new SmpClient(await openSmp(selector, signal), { ...options, signal });
  try {
    return await use(client);
  } finally {
    client.close();
  }
}
