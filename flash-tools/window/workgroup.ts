/**
 * What a loader tells each core of a program made with Adapteva's SDK: its place in the group, where shared memory is,
 * and that .bss is clear. The program has sections of fixed names where it wants them; others get nothing.
 */
import type { BoardDescription } from '../../boards/board.ts';
import type { ElfFile } from '../../boards/elf/elf-file.ts';
import type { CoreGroup } from './board-window.ts';

const OBJECT_GROUP = 3;
const OBJECT_EXTERNAL_MEMORY = 5;
const PADDING = 0xdead_beef;
/** Flag of `loader_cfg`. */
const BSS_IS_CLEAR = 1;
/** Mesh coordinates in a core id. */
const ROW_SHIFT = 6;

/** Bytes for the local addresses of one core; `row` and `column` are its place in the group. */
export function workgroupParts(
  elf: ElfFile,
  board: BoardDescription,
  group: CoreGroup,
  row: number,
  column: number,
): { readonly address: number; readonly bytes: Uint8Array }[] {
  const chip = board.generation === 'epiphany-4' ? 1 : 0;
  const [firstRow, firstColumn] = [board.firstRow + group.row, board.firstColumn + group.column];
  const place = [firstRow, firstColumn, group.rows, group.columns, row, column];
  const structures: Readonly<Record<string, readonly number[] | null>> = {
    workgroup_cfg: [OBJECT_GROUP, chip, (firstRow << ROW_SHIFT) | firstColumn, ...place, PADDING],
    ext_mem_cfg: board.sharedMemory === undefined ? null : [OBJECT_EXTERNAL_MEMORY, board.sharedMemory.address],
    loader_cfg: [BSS_IS_CLEAR, 0, 0, 0],
  };
  return Object.entries(structures).flatMap(([name, words]) => {
    const section = elf.sections.find((each) => each.name === name);
    if (section === undefined || words === null) return [];
    return { address: section.address, bytes: new Uint8Array(Uint32Array.from(words).buffer) };
  });
}
