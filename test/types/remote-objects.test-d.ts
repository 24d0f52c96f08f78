/** Compiled by `tsc -b`, never run: what must compile does, and each `@ts-expect-error` line must not. */
import { copy, type Remote, type RemotePromise, ref, type Session, stream } from 'shoal/protocol';

declare const session: Session;

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_T extends true>(): void {}

declare class OpenFile {
  read(length: number): string;
  readonly size: number;
}

interface Disk {
  open(name: string): OpenFile;
  openLater(name: string): Promise<OpenFile>;
  list(): { name: string; bytes: Uint8Array }[];
  watch(tell: (name: string) => void): void;
  sum(numbers: readonly number[]): number;
  move(file: OpenFile): void;
  readonly OpenFile: typeof OpenFile;
  readonly label: string;
  lines(): AsyncIterable<string>;
}

export async function uses(): Promise<void> {
  const disk = session.import<Disk>('disk');
  const text: RemotePromise<string> = disk.open('a').read(5);
  holds<Equal<Awaited<typeof text>, string>>();
  const file: Remote<OpenFile> = await disk.openLater('a');
  holds<Equal<Awaited<typeof file.size>, number>>();
  const [first] = await disk.list();
  const name: string | undefined = first?.name;
  const bytes: Uint8Array | undefined = first?.bytes;
  const listed: number = await disk.list().length;
  await disk.watch((changed) => changed.toUpperCase());
  await disk.sum([1, 2]);
  await disk.sum(copy([1]));
  await disk.sum(ref([1]));
  await disk.move(file);
  await disk.move(disk.open('b'));
  const made: Remote<OpenFile> = await new disk.OpenFile();
  const label: string = await disk.label;
  for await (const line of disk.lines()) line.toUpperCase();
  using scoped = await disk.open('c');
  const values: AsyncIterable<number> = stream([1, 2]);
  console.log(name, bytes, listed, made, label, scoped, values);

  // @ts-expect-error a number is not a name
  disk.open(1);
  // @ts-expect-error there is no such method
  disk.opn('a');
  // @ts-expect-error the result is a promise
  const now: string = disk.open('a').read(5);
  // @ts-expect-error a field is a promise
  const size: number = file.size;
  // @ts-expect-error a field is set with set()
  file.size = 5;
  // @ts-expect-error a result is not an object that has arrived
  const arrived: Remote<OpenFile> = disk.label;
  console.log(now, size, arrived);
}
