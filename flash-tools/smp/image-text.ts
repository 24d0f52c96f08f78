import type { SmpImage } from './smp-client.ts';

/** An image as `--json` shows it: its hash in hexadecimal. */
export interface ImageReport extends Omit<SmpImage, 'hash'> {
  readonly hash: string | null;
}

export function imageReport({ hash, ...image }: SmpImage): ImageReport {
  return { ...image, hash: hash === null ? null : Buffer.from(hash).toString('hex') };
}

/** `slot 0  0.1.0  3fc29a…  runs, confirmed` */
export function imageLine(image: ImageReport): string {
  const states = [
    image.isActive ? 'runs' : '',
    image.isConfirmed ? 'confirmed' : '',
    image.isPermanent ? 'is started next' : image.isPending ? 'is tried next' : '',
  ].filter((state) => state !== '');
  return `slot ${image.slot}  ${image.version.padEnd(14)}${(image.hash ?? '').slice(0, 16)}  ${states.join(', ')}`;
}
