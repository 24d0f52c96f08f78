import { describe, expect, test } from 'vitest';
import { bodyOf } from './tree-of-source.ts';

const PARAMETERS =
  'n: i32, m: i32, u: u32, w: u32, f: f32, g: f32, h: f32, b: boolean, x: Float32Array, y: Float32Array, k: Int32Array, q: Uint32Array, c: Uint8Array, s: Int16Array';

/** Tree of a function body, with those of the parameters that it mentions: all are too many for registers. */
function tree(body: string): string {
  const words = new Set(body.match(/\w+/g));
  const used = PARAMETERS.split(', ').filter((parameter) => words.has(parameter.split(':')[0] ?? ''));
  return bodyOf(used.join(', '), body);
}

describe('conversions and literals', () => {
  test('integers meet f32', () => {
    expect(tree('return n + f * u')).toMatchInlineSnapshot(
      `"return f32.fused-add(c first: i32-to-f32(n), f, u32-to-f32(u))"`,
    );
  });

  test('literals in an f32', () => {
    expect(tree('g = 1 + f; g = 16777217; g = -0; g = 0.1; g = 1e-50; return f - -3')).toMatchInlineSnapshot(`
      "(g = f32.add(1f, f))
      (g = 16777216f)
      (g = -0f)
      (g = 0.10000000149011612f)
      (g = 0f)
      return f32.sub(f, -3f)"
    `);
  });

  test('minus zero in an integer is zero', () => {
    expect(tree('n = -0; return n')).toMatchInlineSnapshot(`
      "(n = 0)
      return n"
    `);
  });

  test('a comparison of an integer with an f32', () => {
    expect(tree('return n < f && u >= 0.5')).toMatchInlineSnapshot(
      `"return (f32.lt(i32-to-f32(n), f) and f32.ge(u32-to-f32(u), 0.5f))"`,
    );
  });

  test('unsigned and signed comparisons', () => {
    expect(tree('return u < w || n < m || u > 3')).toMatchInlineSnapshot(
      `"return ((u32.lt(u, w) or i32.lt(n, m)) or u32.gt(u, 3u))"`,
    );
  });

  test('bit operators take any number', () => {
    expect(tree('return (u | n) ^ (f & ~g) ^ (0xffffffff << u)')).toMatchInlineSnapshot(
      `"return i32.xor(i32.xor(i32.or(u32-to-i32(u), n), i32.and(f32-to-i32(f), i32.not(f32-to-i32(g)))), i32.shl(-1, u32-to-i32(u)))"`,
    );
  });

  test('casts of literals: what is no integer is an f32 first', () => {
    expect(tree('return (1.9999999999 | 0) + (-2.5 >>> 0 & 255) + ~~1e10 + (0xffffffff | 0)')).toMatchInlineSnapshot(
      `"return i32.add(i32.add(i32.add(2, i32.and(u32-to-i32(4294967294u), 255)), 1410065408), -1)"`,
    );
  });

  test('casts', () => {
    expect(tree('n = u | 0; u = n >>> 0; n = f | 0; u = f >>> 0; n = ~~g; return n | 0')).toMatchInlineSnapshot(`
      "(n = u32-to-i32(u))
      (u = i32-to-u32(n))
      (n = f32-to-i32(f))
      (u = f32-to-u32(f))
      (n = f32-to-i32(g))
      return n"
    `);
  });

  test('shift right unsigned', () => {
    expect(tree('return n >>> m')).toMatchInlineSnapshot(`"return u32.shr(i32-to-u32(n), i32-to-u32(m))"`);
  });

  test('shift right unsigned by a number', () => {
    expect(tree('return (u >>> 3) + (n >> 3)')).toMatchInlineSnapshot(
      `"return i32.add(u32-to-i32(u32.shr(u, 3u)), i32.shr(n, 3))"`,
    );
  });

  test('plus of a boolean', () => {
    expect(tree('return +b + n')).toMatchInlineSnapshot(`"return i32.add(bool-to-i32(b), n)"`);
  });

  test('negation by kind', () => {
    expect(tree('n = -n; u = -u; f = -f; return -1')).toMatchInlineSnapshot(`
      "(n = i32.neg(n))
      (u = u32.neg(u))
      (f = f32.neg(f))
      return -1"
    `);
  });

  test('as a kind', () => {
    expect(tree('f = (n as f32) * 2; n = (n as number) + 1; return (n satisfies i32)!')).toMatchInlineSnapshot(`
      "(f = f32.mul(i32-to-f32(n), 2f))
      (n = i32.add(n, 1))
      return n"
    `);
  });

  test('stores into narrow and unsigned elements take either integer', () => {
    expect(tree('c[0] = u; c[1] = n; s[2] = 70000; q[0] = n; k[0] = u; return c[0] + s[0]')).toMatchInlineSnapshot(`
      "(c[0] = u)
      (c[1] = n)
      (s[2] = 70000)
      (q[0] = i32-to-u32(n))
      (k[0] = u)
      return i32.add(c[0], s[0])"
    `);
  });

  test('integers into f32 elements', () => {
    expect(tree('x[0] = n; x[1] = 3; x[2] = u; return 0')).toMatchInlineSnapshot(`
      "(x[0] = i32-to-f32(n))
      (x[1] = 3f)
      (x[2] = u32-to-f32(u))
      return 0"
    `);
  });

  test('bool equality', () => {
    expect(tree('return b === (n < m) || b !== true')).toMatchInlineSnapshot(
      `"return (bool.eq(b, i32.lt(n, m)) or bool.ne(b, true))"`,
    );
  });
});

describe('integer division', () => {
  test('towards i32', () => {
    expect(tree('return (n / m) | 0')).toMatchInlineSnapshot(`"return i32.div(n, m)"`);
  });

  test('towards u32', () => {
    expect(tree('return (u / w) >>> 0')).toMatchInlineSnapshot(`"return u32.div(u, w)"`);
  });

  test('u32 operands, i32 result', () => {
    expect(tree('return (u / 7) | 0')).toMatchInlineSnapshot(`"return u32-to-i32(u32.div(u, 7u))"`);
  });

  test('i32 operands, u32 result', () => {
    expect(tree('return (n / m) >>> 0')).toMatchInlineSnapshot(`"return i32-to-u32(i32.div(n, m))"`);
  });

  test('twice complemented', () => {
    expect(tree('return ~~(n / 3)')).toMatchInlineSnapshot(`"return i32.div(n, 3)"`);
  });

  test('Math.trunc throws for 0', () => {
    expect(tree('return Math.trunc(n / m)')).toMatchInlineSnapshot(`"return i32.div!(n, m)"`);
  });

  test('wrappers do not matter', () => {
    expect(tree('return (((n as number) / (m)!) as number) | 0')).toMatchInlineSnapshot(`"return i32.div(n, m)"`);
  });

  test('a float among the operands', () => {
    expect(tree('return (n / f) | 0')).toMatchInlineSnapshot(`"return f32-to-i32(f32.div(i32-to-f32(n), f))"`);
  });

  test('Math.trunc of a float', () => {
    expect(tree('return Math.trunc(f / 2) | 0')).toMatchInlineSnapshot(
      `"return f32-to-i32(f32.trunc(f32.div(f, 2f)))"`,
    );
  });

  test('remainder', () => {
    expect(tree('return n % m + (n % 3)')).toMatchInlineSnapshot(`"return i32.add(i32.rem!(n, m), i32.rem!(n, 3))"`);
  });

  test('unsigned remainder', () => {
    expect(tree('return u % w')).toMatchInlineSnapshot(`"return u32.rem!(u, w)"`);
  });

  test('nested', () => {
    expect(tree('return ((((n / 2) | 0) / 3) | 0)')).toMatchInlineSnapshot(`"return i32.div(i32.div(n, 2), 3)"`);
  });

  test('| something else is no division', () => {
    expect(tree('return (n / m) | 1')).toMatchInlineSnapshot(
      `"return i32.or(f32-to-i32(f32.div(i32-to-f32(n), i32-to-f32(m))), 1)"`,
    );
  });
});

describe('fused multiply-add', () => {
  test('product first', () => {
    expect(tree('return f * g + h')).toMatchInlineSnapshot(`"return f32.fused-add(f, g, h)"`);
  });

  test('product last', () => {
    expect(tree('return h + f * g')).toMatchInlineSnapshot(`"return f32.fused-add(c first: h, f, g)"`);
  });

  test('minus, product first', () => {
    expect(tree('return f * g - h')).toMatchInlineSnapshot(`"return f32.fused-rsub(f, g, h)"`);
  });

  test('minus, product last', () => {
    expect(tree('return h - f * g')).toMatchInlineSnapshot(`"return f32.fused-sub(c first: h, f, g)"`);
  });

  test('two products: the right one', () => {
    expect(tree('return f * g + h * x[0]')).toMatchInlineSnapshot(
      `"return f32.fused-add(c first: f32.mul(f, g), h, x[0])"`,
    );
  });

  test('two products with minus', () => {
    expect(tree('return f * g - h * x[0]')).toMatchInlineSnapshot(
      `"return f32.fused-sub(c first: f32.mul(f, g), h, x[0])"`,
    );
  });

  test('parentheses, as, ! and satisfies', () => {
    expect(tree('return ((f * g)! as number) + (h satisfies f32)')).toMatchInlineSnapshot(
      `"return f32.fused-add(f, g, h)"`,
    );
  });

  test('an integer factor', () => {
    expect(tree('return n * f + 1')).toMatchInlineSnapshot(`"return f32.fused-add(i32-to-f32(n), f, 1f)"`);
  });

  test('an integer product is no f32 product', () => {
    expect(tree('return n * m + f')).toMatchInlineSnapshot(`"return f32.add(i32-to-f32(i32.mul(n, m)), f)"`);
  });

  test('a product that is rounded by itself', () => {
    expect(tree('const p = f * g; return p + Math.fround(g * h) + h')).toMatchInlineSnapshot(`
      "const p: f32 = f32.mul(f, g)
      return f32.add(f32.add(p, f32.mul(g, h)), h)"
    `);
  });

  test('compound', () => {
    expect(tree('f += g * h; f -= g * h; return f')).toMatchInlineSnapshot(`
      "(f = f32.fused-add(c first: f, g, h))
      (f = f32.fused-sub(c first: f, g, h))
      return f"
    `);
  });

  test('compound on an element', () => {
    expect(tree('x[n] += f * g; return 0')).toMatchInlineSnapshot(`
      "new(x[n]: current => f32.fused-add(c first: current, f, g))
      return 0"
    `);
  });

  test('compound with a product on the left only', () => {
    expect(tree('f *= g; f += (g + 1); return f')).toMatchInlineSnapshot(`
      "(f = f32.mul(f, g))
      (f = f32.add(f, f32.add(g, 1f)))
      return f"
    `);
  });

  test('sums of products', () => {
    expect(tree('return f * g + g * h + h * f')).toMatchInlineSnapshot(
      `"return f32.fused-add(c first: f32.fused-add(c first: f32.mul(f, g), g, h), h, f)"`,
    );
  });

  test('a negative factor', () => {
    expect(tree('return -f * g + h')).toMatchInlineSnapshot(`"return f32.fused-add(f32.neg(f), g, h)"`);
  });

  test('a literal addend', () => {
    expect(tree('return x[n] * f + 0.5')).toMatchInlineSnapshot(`"return f32.fused-add(x[n], f, 0.5f)"`);
  });

  test('division is not fused', () => {
    expect(tree('return f / g + h')).toMatchInlineSnapshot(`"return f32.add(f32.div(f, g), h)"`);
  });
});

describe('assignments', () => {
  test('as expressions', () => {
    expect(tree('n = m = 3; f = n = 4; return (n = m) + n')).toMatchInlineSnapshot(`
      "(n = (m = 3))
      (f = i32-to-f32((n = 4)))
      return i32.add((n = m), n)"
    `);
  });

  test('compound operators', () => {
    expect(
      tree('n += m; n -= 1; n *= m; n %= 3; n &= 7; n |= m; n ^= m; n <<= 2; n >>= m; return n'),
    ).toMatchInlineSnapshot(`
      "(n = i32.add(n, m))
      (n = i32.sub(n, 1))
      (n = i32.mul(n, m))
      (n = i32.rem!(n, 3))
      (n = i32.and(n, 7))
      (n = i32.or(n, m))
      (n = i32.xor(n, m))
      (n = i32.shl(n, 2))
      (n = i32.shr(n, m))
      return n"
    `);
  });

  test('unsigned compound operators', () => {
    expect(tree('u += w; u >>>= 1; u *= 3; u %= 5; return u')).toMatchInlineSnapshot(`
      "(u = u32.add(u, w))
      (u = u32.shr(u, 1u))
      (u = u32.mul(u, 3u))
      (u = u32.rem!(u, 5u))
      return u"
    `);
  });

  test('elements: the index is evaluated once', () => {
    expect(tree('k[n++] += m; return 0')).toMatchInlineSnapshot(`
      "new(k[old(n: current => i32.add(current, 1))]: current => i32.add(current, m))
      return 0"
    `);
  });

  test('steps of elements', () => {
    expect(tree('k[n]++; ++x[n]; return k[n]-- + --c[n]')).toMatchInlineSnapshot(`
      "new(k[n]: current => i32.add(current, 1))
      new(x[n]: current => f32.add(current, 1f))
      return i32.add(old(k[n]: current => i32.sub(current, 1)), new(c[n]: current => i32.sub(current, 1)))"
    `);
  });

  test('steps as values', () => {
    expect(tree('return n++ + ++n + (u-- | 0) + f++')).toMatchInlineSnapshot(
      `"return f32.add(i32-to-f32(i32.add(i32.add(old(n: current => i32.add(current, 1)), (n = i32.add(n, 1))), u32-to-i32(old(u: current => u32.sub(current, 1u))))), old(f: current => f32.add(current, 1f)))"`,
    );
  });

  test('steps as statements', () => {
    expect(tree('n++; --n; f++; u++; return 0')).toMatchInlineSnapshot(`
      "(n = i32.add(n, 1))
      (n = i32.sub(n, 1))
      (f = f32.add(f, 1f))
      (u = u32.add(u, 1u))
      return 0"
    `);
  });

  test('narrow compound', () => {
    expect(tree('c[n] += 300; c[n] >>>= 1; s[n] ^= u; return (c[n] += 1)')).toMatchInlineSnapshot(`
      "new(c[n]: current => i32.add(current, 300))
      new(c[n]: current => u32.shr(i32-to-u32(current), 1u))
      new(s[n]: current => i32.xor(current, u32-to-i32(u)))
      return new(c[n]: current => i32.add(current, 1))"
    `);
  });

  test('float compound on an integer operand', () => {
    expect(tree('f += n; x[0] *= u; f /= n; return 0')).toMatchInlineSnapshot(`
      "(f = f32.add(f, i32-to-f32(n)))
      new(x[0]: current => f32.mul(current, u32-to-f32(u)))
      (f = f32.div(f, i32-to-f32(n)))
      return 0"
    `);
  });

  test('assignment to an element as a value', () => {
    expect(tree('return (c[n] = 300) + (x[n] = n)')).toMatchInlineSnapshot(
      `"return f32.add(i32-to-f32((c[n] = 300)), (x[n] = i32-to-f32(n)))"`,
    );
  });
});

describe('conditions', () => {
  test('numbers', () => {
    expect(tree('if (n) return 1; if (!f) return 2; return n && f ? 3 : 4')).toMatchInlineSnapshot(`
      "if to-bool(n)
        return 1
      if not(to-bool(f))
        return 2
      return ((to-bool(n) and to-bool(f)) ? 3 : 4)"
    `);
  });

  test('short circuit of booleans as a value', () => {
    expect(tree('return b && n > 0 || !b')).toMatchInlineSnapshot(`"return ((b and i32.gt(n, 0)) or not(b))"`);
  });

  test('and, or of simple numbers', () => {
    expect(tree('return (n || 5) + (n && m)')).toMatchInlineSnapshot(
      `"return i32.add((to-bool(n) ? n : 5), (to-bool(n) ? m : n))"`,
    );
  });

  test('or of f32 and integer', () => {
    expect(tree('return f || n')).toMatchInlineSnapshot(`"return (to-bool(f) ? f : i32-to-f32(n))"`);
  });

  test('choice of kinds', () => {
    expect(tree('return n > 0 ? f : 1')).toMatchInlineSnapshot(`"return (i32.gt(n, 0) ? f : 1f)"`);
  });

  test('choice of booleans', () => {
    expect(tree('return b ? n > 0 : true')).toMatchInlineSnapshot(`"return (b ? i32.gt(n, 0) : true)"`);
  });

  test('comma', () => {
    expect(tree('return (n++, m += 2, n + m)')).toMatchInlineSnapshot(
      `"return { { (n = i32.add(n, 1)); (m = i32.add(m, 2)) }; i32.add(n, m) }"`,
    );
  });

  test('effects', () => {
    expect(tree('b && n++; b || m++; b ? n++ : m++; return 0')).toMatchInlineSnapshot(`
      "if b
        (n = i32.add(n, 1))
      if b
      else
        (m = i32.add(m, 1))
      if b
        (n = i32.add(n, 1))
      else
        (m = i32.add(m, 1))
      return 0"
    `);
  });

  test('effects in a comma', () => {
    expect(tree('for (let i = 0; i < n; b && m++, i++) {} return (b ? n++ : m++, n)')).toMatchInlineSnapshot(`
      "block
        let i: i32 = 0
        loop loop first i32.lt(i, n) update (b ? { (m = i32.add(m, 1)); 0 } : 0); (i = i32.add(i, 1))
      return { (b ? { (n = i32.add(n, 1)); 0 } : { (m = i32.add(m, 1)); 0 }); n }"
    `);
  });
});

describe('Math', () => {
  test('float functions', () => {
    expect(
      tree('return Math.sqrt(f) + Math.abs(f) + Math.floor(f) + Math.ceil(f) + Math.trunc(f) + Math.sign(f)'),
    ).toMatchInlineSnapshot(
      `"return f32.add(f32.add(f32.add(f32.add(f32.add(f32.sqrt(f), f32.abs(f)), f32.floor(f)), f32.ceil(f)), f32.trunc(f)), f32.sign(f))"`,
    );
  });

  test('integer functions', () => {
    expect(
      tree('return Math.abs(n) + Math.sign(n) + Math.floor(n) + Math.min(n, m, 3) + Math.max(n)'),
    ).toMatchInlineSnapshot(
      `"return i32.add(i32.add(i32.add(i32.add(i32.abs(n), i32.max(i32.min(n, 1), -1)), n), i32.min(i32.min(n, m), 3)), n)"`,
    );
  });

  test('unsigned functions', () => {
    expect(tree('return Math.abs(u) + Math.min(u, w) + (Math.sign(u) >>> 0)')).toMatchInlineSnapshot(
      `"return u32.add(u32.add(u, u32.min(u, w)), i32-to-u32(u32-to-i32(u32.min(u, 1u))))"`,
    );
  });

  test('mixed minimum', () => {
    expect(tree('return Math.min(n, f, 1)')).toMatchInlineSnapshot(`"return f32.min(f32.min(i32-to-f32(n), f), 1f)"`);
  });

  test('imul and clz32', () => {
    expect(tree('return Math.imul(u, f) + Math.clz32(n) + Math.clz32(f)')).toMatchInlineSnapshot(
      `"return i32.add(i32.add(i32.mul(u32-to-i32(u), f32-to-i32(f)), i32.clz(n)), i32.clz(f32-to-i32(f)))"`,
    );
  });

  test('fround and constants', () => {
    expect(tree('return Math.fround(n) + Math.PI + Math.fround(f)')).toMatchInlineSnapshot(
      `"return f32.add(f32.add(i32-to-f32(n), 3.1415927410125732f), f)"`,
    );
  });

  test('sqrt of an integer', () => {
    expect(tree('return Math.sqrt(2) + Math.sqrt(n)')).toMatchInlineSnapshot(
      `"return f32.add(f32.sqrt(2f), f32.sqrt(i32-to-f32(n)))"`,
    );
  });
});

describe('loops', () => {
  test('while, do, for', () => {
    expect(tree('while (n > 0) n--; do { n++; } while (n < m); for (;;) { break; } return n')).toMatchInlineSnapshot(`
      "loop loop first i32.gt(n, 0)
        (n = i32.sub(n, 1))
      loop loop last i32.lt(n, m)
        (n = i32.add(n, 1))
      loop loop
        break loop
      return n"
    `);
  });

  test('for with several', () => {
    expect(tree('for (let i = 0, j = n; i < j; i++, j--) k[i] = j; return 0')).toMatchInlineSnapshot(`
      "block
        let i: i32 = 0
        let j: i32 = n
        loop loop first i32.lt(i, j) update (i = i32.add(i, 1)); (j = i32.sub(j, 1))
          (k[i] = j)
      return 0"
    `);
  });

  test('for without a declaration', () => {
    expect(tree('for (n = 0; n < 3; n += 2) m++; return m')).toMatchInlineSnapshot(`
      "block
        (n = 0)
        loop loop first i32.lt(n, 3) update (n = i32.add(n, 2))
          (m = i32.add(m, 1))
      return m"
    `);
  });

  test('labels', () => {
    expect(
      tree(
        'outer: for (let i = 0; i < n; i++) { for (let j = 0; j < n; j++) { if (j === 3) continue outer; if (j === m) break outer; } } return 0',
      ),
    ).toMatchInlineSnapshot(`
      "block
        let i: i32 = 0
        loop outer first i32.lt(i, n) update (i = i32.add(i, 1))
          block
            let j: i32 = 0
            loop loop first i32.lt(j, n) update (j = i32.add(j, 1))
              if i32.eq(j, 3)
                continue outer
              if i32.eq(j, m)
                break outer
      return 0"
    `);
  });

  test('a labelled block', () => {
    expect(tree('out: { if (b) break out; n = 1; } return n')).toMatchInlineSnapshot(`
      "block out
        if b
          break out
        (n = 1)
      return n"
    `);
  });

  test('for-of', () => {
    expect(tree('let t = 0; for (const v of x) { if (v < 0) continue; t += v; } return t')).toMatchInlineSnapshot(`
      "let t: f32 = 0f
      block
        let index: i32 = 0
        loop loop first i32.lt(index, x.length) update (index = i32.add(index, 1))
          const v: f32 = x[index]~
          if f32.lt(v, 0f)
            continue loop
          (t = f32.add(t, v))
      return t"
    `);
  });

  test('for-of over a choice', () => {
    expect(tree('let t = 0; for (const v of b ? x : y) t += v; return t')).toMatchInlineSnapshot(`
      "let t: f32 = 0f
      block
        const array = (b ? x : y)
        let index: i32 = 0
        loop loop first i32.lt(index, array.length) update (index = i32.add(index, 1))
          const v: f32 = array[index]~
          (t = f32.add(t, v))
      return t"
    `);
  });

  test('for-of over a parameter that changes', () => {
    expect(tree('for (const v of x) { x = y; f = v; } return f')).toMatchInlineSnapshot(`
      "block
        const array = x
        let index: i32 = 0
        loop loop first i32.lt(index, array.length) update (index = i32.add(index, 1))
          const v: f32 = array[index]~
          x = y
          (f = v)
      return f"
    `);
  });

  test('for-of over narrow elements', () => {
    expect(tree('let t: u32 = 0; for (const v of c) t += v; return t')).toMatchInlineSnapshot(`
      "let t: u32 = 0u
      block
        let index: i32 = 0
        loop loop first i32.lt(index, c.length) update (index = i32.add(index, 1))
          const v: i32 = c[index]~
          (t = u32.add(t, i32-to-u32(v)))
      return t"
    `);
  });
});

describe('switch', () => {
  test('falls through, default last', () => {
    expect(tree('switch (n) { case 0: m = 1; case 1: m = 2; break; default: m = 3; } return m')).toMatchInlineSnapshot(`
      "block switch
        const chosen: i32 = n
        block default
          block case
            block case
              if i32.eq(chosen, 0)
                break case
              if i32.eq(chosen, 1)
                break case
              break default
            (m = 1)
          (m = 2)
          break switch
        (m = 3)
      return m"
    `);
  });

  test('default in the middle, shared cases', () => {
    expect(
      tree('switch (n) { case 0: return 1; default: return 2; case 3: case 4: return 3; } return 0'),
    ).toMatchInlineSnapshot(`
      "block switch
        const chosen: i32 = n
        block case
          block default
            block case
              if i32.eq(chosen, 0)
                break case
              if i32.eq(chosen, 3)
                break case
              if i32.eq(chosen, 4)
                break case
              break default
            return 1
          return 2
        return 3
      return 0"
    `);
  });

  test('continue passes through', () => {
    expect(tree('for (;;) { switch (u) { case 1: continue; case 2: break; } break; } return 0')).toMatchInlineSnapshot(`
      "loop loop
        block switch
          const chosen: u32 = u
          block case
            block case
              if u32.eq(chosen, 1u)
                break case
              if u32.eq(chosen, 2u)
                break case
              break switch
            continue loop
          break switch
        break loop
      return 0"
    `);
  });

  test('a break out of a loop by its label', () => {
    expect(tree('loop: while (b) { switch (n) { case 1: break loop; } } return 0')).toMatchInlineSnapshot(`
      "loop loop first b
        block switch
          const chosen: i32 = n
          block case
            if i32.eq(chosen, 1)
              break case
            break switch
          break loop
      return 0"
    `);
  });

  test('nothing in it', () => {
    expect(tree('switch (n++) { } return n')).toMatchInlineSnapshot(`
      "block switch
        const chosen: i32 = old(n: current => i32.add(current, 1))
        break switch
      return n"
    `);
  });

  test('empty last case', () => {
    expect(tree('switch (n) { case 1: m = 2; break; case 2: } return m')).toMatchInlineSnapshot(`
      "block switch
        const chosen: i32 = n
        block case
          if i32.eq(chosen, 1)
            break case
          if i32.eq(chosen, 2)
            break switch
          break switch
        (m = 2)
        break switch
      return m"
    `);
  });
});

describe('arrays', () => {
  test('an alias and a choice', () => {
    expect(tree('const a = b ? x : y; let d = x; d = y; d = a; return a[n] + d.length')).toMatchInlineSnapshot(`
      "const a = (b ? x : y)
      let d = x
      d = y
      d = a
      return f32.add(a[n], i32-to-f32(d.length))"
    `);
  });

  test('a choice in place', () => {
    expect(tree('return (b ? x : y)[n] + (b ? x : y).length')).toMatchInlineSnapshot(
      `"return f32.add((b ? x : y)[n], i32-to-f32((b ? x : y).length))"`,
    );
  });

  test('unsigned index', () => {
    expect(tree('return x[u] + x[3]')).toMatchInlineSnapshot(`"return f32.add(x[u32-to-i32(u)], x[3])"`);
  });

  test('a store checks after the value', () => {
    expect(tree('x[n] = y[m]; return 0')).toMatchInlineSnapshot(`
      "(x[n] = y[m])
      return 0"
    `);
  });

  test('arrays in arrays', () => {
    expect(tree('return k[k[n]]')).toMatchInlineSnapshot(`"return k[k[n]]"`);
  });
});

describe('errors thrown', () => {
  test('classes and messages', () => {
    expect(
      tree("if (n < 0) throw new RangeError('negative'); if (b) throw new Error(`plain`); return n"),
    ).toMatchInlineSnapshot(`
      "if i32.lt(n, 0)
        throw RangeError negative
      if b
        throw Error plain
      return n"
    `);
  });

  test('no way out', () => {
    expect(tree("if (b) return 1; throw new Error('no')")).toMatchInlineSnapshot(`
      "if b
        return 1
      throw Error no"
    `);
  });
});
