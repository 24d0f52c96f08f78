/** Several objects become one: sections of the same name follow each other. */
import type { ObjectSection, ObjectSymbol } from '../../boards/elf/object.ts';
import type { LineEntry } from '../back-ends/back-end.ts';
import type { RelocatableObject } from './place-module.ts';

export interface ObjectWithLines extends RelocatableObject {
  /** Offsets in .text. */
  readonly lines?: readonly LineEntry[];
}

/** Joins `objects` in their order. Symbols must be unique; the caller has seen to that. */
export function mergeObjects(objects: readonly ObjectWithLines[]): Required<ObjectWithLines> {
  const names = [...new Set(objects.flatMap((object) => object.sections.map((section) => section.name)))];
  const sections: ObjectSection[] = [];
  const symbols: ObjectSymbol[] = [];
  const lines: LineEntry[] = [];
  for (const name of names) {
    let lengthBytes = 0;
    const parts = objects.map((object) => {
      const section = object.sections.find((candidate) => candidate.name === name);
      const alignBytes = section?.alignBytes ?? 1;
      const offset = Math.ceil(lengthBytes / alignBytes) * alignBytes;
      lengthBytes = offset + (section?.lengthBytes ?? 0);
      return { object, section, offset };
    });
    for (const { object, section, offset } of parts) {
      if (section === undefined) continue;
      for (const symbol of object.symbols) {
        if (symbol.section === name) symbols.push({ ...symbol, offset: symbol.offset + offset });
      }
      if (name !== '.text') continue;
      for (const line of object.lines ?? []) lines.push({ ...line, offset: line.offset + offset });
    }
    const present = parts.filter((part) => part.section !== undefined);
    const relocations = present.flatMap(({ section, offset }) =>
      (section?.relocations ?? []).map((relocation) => ({ ...relocation, offset: relocation.offset + offset })),
    );
    const alignBytes = Math.max(...present.map(({ section }) => section?.alignBytes ?? 1));
    if (present.every(({ section }) => section?.bytes === undefined)) {
      sections.push({ name, alignBytes, lengthBytes, relocations });
      continue;
    }
    const bytes = new Uint8Array(lengthBytes);
    for (const { section, offset } of present) bytes.set(section?.bytes ?? [], offset);
    sections.push({ name, alignBytes, lengthBytes, bytes, relocations });
  }
  return { sections, symbols, lines };
}
