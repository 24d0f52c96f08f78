/**
 * Integer values as polynomials modulo 2^32 over values that are not looked into: invariants of a loop and its counters.
 */
import type { Value } from '../../flow-graph/graph.ts';

interface Term {
  readonly factors: readonly Value[];
  readonly coefficient: number;
}

const MAXIMUM_TERMS = 6;
const MAXIMUM_FACTORS = 3;

export class LinearForm {
  /** By the ids of the factors; '' is the constant. Coefficients are never 0. */
  readonly terms: ReadonlyMap<string, Term>;

  private constructor(terms: Iterable<Term>) {
    const sums = new Map<string, Term>();
    for (const { factors, coefficient } of terms) {
      const key = factors.map((value) => value.id).join(' ');
      const sum = ((sums.get(key)?.coefficient ?? 0) + coefficient) | 0;
      if (sum === 0) sums.delete(key);
      else sums.set(key, { factors, coefficient: sum });
    }
    this.terms = sums;
  }

  static constant(bits: number): LinearForm {
    return new LinearForm([{ factors: [], coefficient: bits | 0 }]);
  }

  static of(value: Value): LinearForm {
    return new LinearForm([{ factors: [value], coefficient: 1 }]);
  }

  plus(other: LinearForm, sign: 1 | -1 = 1): LinearForm {
    const negated = [...other.terms.values()].map(({ factors, coefficient }) => ({
      factors,
      coefficient: Math.imul(coefficient, sign),
    }));
    return new LinearForm([...this.terms.values(), ...negated]);
  }

  times(other: LinearForm): LinearForm {
    const products: Term[] = [];
    for (const a of this.terms.values()) {
      for (const b of other.terms.values()) {
        const factors = [...a.factors, ...b.factors].sort((x, y) => x.id - y.id);
        products.push({ factors, coefficient: Math.imul(a.coefficient, b.coefficient) });
      }
    }
    return new LinearForm(products);
  }

  get constantPart(): number {
    return this.terms.get('')?.coefficient ?? 0;
  }

  withoutConstant(): LinearForm {
    return new LinearForm([...this.terms.values()].filter((term) => term.factors.length > 0));
  }

  /** The number, if there is nothing else in it. */
  asConstant(): number | null {
    return this.terms.size === 0 || (this.terms.size === 1 && this.terms.has('')) ? this.constantPart : null;
  }

  get isSmall(): boolean {
    return (
      this.terms.size <= MAXIMUM_TERMS && [...this.terms.values()].every((t) => t.factors.length <= MAXIMUM_FACTORS)
    );
  }

  /** Equal forms have equal keys. */
  get key(): string {
    return [...this.terms]
      .map(([key, term]) => `${term.coefficient}*${key}`)
      .sort()
      .join('+');
  }

  /** How many factors of any one term are in `values`, at most. */
  degreeIn(values: ReadonlySet<Value>): number {
    const degrees = [...this.terms.values()].map(({ factors }) => factors.filter((value) => values.has(value)).length);
    return Math.max(0, ...degrees);
  }

  /** Replaces values by forms. */
  substitute(forms: ReadonlyMap<Value, LinearForm>): LinearForm {
    let sum = LinearForm.constant(0);
    for (const { factors, coefficient } of this.terms.values()) {
      let product = LinearForm.constant(coefficient);
      for (const value of factors) product = product.times(forms.get(value) ?? LinearForm.of(value));
      sum = sum.plus(product);
    }
    return sum;
  }
}
