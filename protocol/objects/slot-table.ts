/** Things by small numbers; a new one gets the smallest free number, so that numbers stay one byte long. */
export class SlotTable<T> {
  readonly #slots: (T | undefined)[] = [];
  readonly #first: number;
  /** No slot below this index is free. */
  #lowest = 0;
  /** Slots in use. */
  size = 0;

  /** @param first the smallest number */
  constructor(first: number) {
    this.#first = first;
  }

  add(thing: T): number {
    let index = this.#lowest;
    while (this.#slots[index] !== undefined) index++;
    this.#slots[index] = thing;
    this.#lowest = index + 1;
    this.size++;
    return index + this.#first;
  }

  get(number: number): T | undefined {
    return this.#slots[number - this.#first];
  }

  delete(number: number): void {
    const index = number - this.#first;
    if (this.#slots[index] === undefined) return;
    this.#slots[index] = undefined;
    this.size--;
    if (index < this.#lowest) this.#lowest = index;
    // Numbers that were needed once only must not keep memory for ever.
    while (this.#slots.length > 0 && this.#slots[this.#slots.length - 1] === undefined) this.#slots.pop();
  }

  values(): T[] {
    return this.#slots.filter((thing) => thing !== undefined);
  }

  clear(): void {
    this.#slots.length = 0;
    this.#lowest = 0;
    this.size = 0;
  }
}
