import { describe, expect, test } from 'vitest';
import { treeOfBody } from './tree-of-source.ts';

describe('conversions and literals', () => {
  test('integers meet f32', () => {
    expect(treeOfBody('return n + f * u')).toMatchInlineSnapshot(
      `"return f32.fused-add(c first: i32-to-f32(n), f, u32-to-f32(u))"`,
    );
  });

  test('literals in an f32', () => {
    expect(treeOfBody('g = 1 + f; g = 16777217; g = -0; g = 0.1; g = 1e-50; return f - -3')).toMatchInlineSnapshot(`
      "(g = f32.add(1f, f))
      (g = 16777216f)
      (g = -0f)
      (g = 0.10000000149011612f)
      (g = 0f)
      return f32.sub(f, -3f)"
    `);
  });

  test('minus zero in an integer is zero', () => {
    expect(treeOfBody('n = -0; return n')).toMatchInlineSnapshot(`
      "(n = 0)
      return n"
    `);
  });

  test('a comparison of an integer with an f32', () => {
    expect(treeOfBody('return n < f && u >= 0.5')).toMatchInlineSnapshot(
      `"return (f32.lt(i32-to-f32(n), f) and f32.ge(u32-to-f32(u), 0.5f))"`,
    );
  });

  test('unsigned and signed comparisons', () => {
    expect(treeOfBody('return u < w || n < m || u > 3')).toMatchInlineSnapshot(
      `"return ((u32.lt(u, w) or i32.lt(n, m)) or u32.gt(u, 3u))"`,
    );
  });

  test('bit operators take any number', () => {
    expect(treeOfBody('return (u | n) ^ (f & ~g) ^ (0xffffffff << u)')).toMatchInlineSnapshot(
      `"return i32.xor(i32.xor(i32.or(u32-to-i32(u), n), i32.and(f32-to-i32(f), i32.not(f32-to-i32(g)))), i32.shl(-1, u32-to-i32(u)))"`,
    );
  });

  test('casts of literals: what is no integer is an f32 first', () => {
    expect(
      treeOfBody('return (1.9999999999 | 0) + (-2.5 >>> 0 & 255) + ~~1e10 + (0xffffffff | 0)'),
    ).toMatchInlineSnapshot(
      `"return i32.add(i32.add(i32.add(2, i32.and(u32-to-i32(4294967294u), 255)), 1410065408), -1)"`,
    );
  });

  test('casts', () => {
    expect(treeOfBody('n = u | 0; u = n >>> 0; n = f | 0; u = f >>> 0; n = ~~g; return n | 0')).toMatchInlineSnapshot(`
      "(n = u32-to-i32(u))
      (u = i32-to-u32(n))
      (n = f32-to-i32(f))
      (u = f32-to-u32(f))
      (n = f32-to-i32(g))
      return n"
    `);
  });

  test('shift right unsigned', () => {
    expect(treeOfBody('return n >>> m')).toMatchInlineSnapshot(`"return u32.shr(i32-to-u32(n), i32-to-u32(m))"`);
  });

  test('shift right unsigned by a number', () => {
    expect(treeOfBody('return (u >>> 3) + (n >> 3)')).toMatchInlineSnapshot(
      `"return i32.add(u32-to-i32(u32.shr(u, 3u)), i32.shr(n, 3))"`,
    );
  });

  test('plus of a boolean', () => {
    expect(treeOfBody('return +b + n')).toMatchInlineSnapshot(`"return i32.add(bool-to-i32(b), n)"`);
  });

  test('negation by kind', () => {
    expect(treeOfBody('n = -n; u = -u; f = -f; return -1')).toMatchInlineSnapshot(`
      "(n = i32.neg(n))
      (u = u32.neg(u))
      (f = f32.neg(f))
      return -1"
    `);
  });

  test('as a kind', () => {
    expect(treeOfBody('f = (n as f32) * 2; n = (n as number) + 1; return (n satisfies i32)!')).toMatchInlineSnapshot(`
      "(f = f32.mul(i32-to-f32(n), 2f))
      (n = i32.add(n, 1))
      return n"
    `);
  });

  test('stores into narrow and unsigned elements take either integer', () => {
    expect(
      treeOfBody('c[0] = u; c[1] = n; s[2] = 70000; q[0] = n; k[0] = u; return c[0] + s[0]'),
    ).toMatchInlineSnapshot(`
      "(c[0] = u)
      (c[1] = n)
      (s[2] = 70000)
      (q[0] = i32-to-u32(n))
      (k[0] = u)
      return i32.add(c[0], s[0])"
    `);
  });

  test('integers into f32 elements', () => {
    expect(treeOfBody('x[0] = n; x[1] = 3; x[2] = u; return 0')).toMatchInlineSnapshot(`
      "(x[0] = i32-to-f32(n))
      (x[1] = 3f)
      (x[2] = u32-to-f32(u))
      return 0"
    `);
  });

  test('bool equality', () => {
    expect(treeOfBody('return b === (n < m) || b !== true')).toMatchInlineSnapshot(
      `"return (bool.eq(b, i32.lt(n, m)) or bool.ne(b, true))"`,
    );
  });
});

describe('integer division', () => {
  test('towards i32', () => {
    expect(treeOfBody('return (n / m) | 0')).toMatchInlineSnapshot(`"return i32.div(n, m)"`);
  });

  test('towards u32', () => {
    expect(treeOfBody('return (u / w) >>> 0')).toMatchInlineSnapshot(`"return u32.div(u, w)"`);
  });

  test('u32 operands, i32 result', () => {
    expect(treeOfBody('return (u / 7) | 0')).toMatchInlineSnapshot(`"return u32-to-i32(u32.div(u, 7u))"`);
  });

  test('i32 operands, u32 result', () => {
    expect(treeOfBody('return (n / m) >>> 0')).toMatchInlineSnapshot(`"return i32-to-u32(i32.div(n, m))"`);
  });

  test('twice complemented', () => {
    expect(treeOfBody('return ~~(n / 3)')).toMatchInlineSnapshot(`"return i32.div(n, 3)"`);
  });

  test('Math.trunc throws for 0', () => {
    expect(treeOfBody('return Math.trunc(n / m)')).toMatchInlineSnapshot(`"return i32.div!(n, m)"`);
  });

  test('wrappers do not matter', () => {
    expect(treeOfBody('return (((n as number) / (m)!) as number) | 0')).toMatchInlineSnapshot(`"return i32.div(n, m)"`);
  });

  test('a float among the operands', () => {
    expect(treeOfBody('return (n / f) | 0')).toMatchInlineSnapshot(`"return f32-to-i32(f32.div(i32-to-f32(n), f))"`);
  });

  test('Math.trunc of a float', () => {
    expect(treeOfBody('return Math.trunc(f / 2) | 0')).toMatchInlineSnapshot(
      `"return f32-to-i32(f32.trunc(f32.div(f, 2f)))"`,
    );
  });

  test('remainder', () => {
    expect(treeOfBody('return n % m + (n % 3)')).toMatchInlineSnapshot(
      `"return i32.add(i32.rem!(n, m), i32.rem!(n, 3))"`,
    );
  });

  test('unsigned remainder', () => {
    expect(treeOfBody('return u % w')).toMatchInlineSnapshot(`"return u32.rem!(u, w)"`);
  });

  test('nested', () => {
    expect(treeOfBody('return ((((n / 2) | 0) / 3) | 0)')).toMatchInlineSnapshot(`"return i32.div(i32.div(n, 2), 3)"`);
  });

  test('| something else is no division', () => {
    expect(treeOfBody('return (n / m) | 1')).toMatchInlineSnapshot(
      `"return i32.or(f32-to-i32(f32.div(i32-to-f32(n), i32-to-f32(m))), 1)"`,
    );
  });
});

describe('fused multiply-add', () => {
  test('product first', () => {
    expect(treeOfBody('return f * g + h')).toMatchInlineSnapshot(`"return f32.fused-add(f, g, h)"`);
  });

  test('product last', () => {
    expect(treeOfBody('return h + f * g')).toMatchInlineSnapshot(`"return f32.fused-add(c first: h, f, g)"`);
  });

  test('minus, product first', () => {
    expect(treeOfBody('return f * g - h')).toMatchInlineSnapshot(`"return f32.fused-rsub(f, g, h)"`);
  });

  test('minus, product last', () => {
    expect(treeOfBody('return h - f * g')).toMatchInlineSnapshot(`"return f32.fused-sub(c first: h, f, g)"`);
  });

  test('two products: the right one', () => {
    expect(treeOfBody('return f * g + h * x[0]')).toMatchInlineSnapshot(
      `"return f32.fused-add(c first: f32.mul(f, g), h, x[0])"`,
    );
  });

  test('two products with minus', () => {
    expect(treeOfBody('return f * g - h * x[0]')).toMatchInlineSnapshot(
      `"return f32.fused-sub(c first: f32.mul(f, g), h, x[0])"`,
    );
  });

  test('parentheses, as, ! and satisfies', () => {
    expect(treeOfBody('return ((f * g)! as number) + (h satisfies f32)')).toMatchInlineSnapshot(
      `"return f32.fused-add(f, g, h)"`,
    );
  });

  test('an integer factor', () => {
    expect(treeOfBody('return n * f + 1')).toMatchInlineSnapshot(`"return f32.fused-add(i32-to-f32(n), f, 1f)"`);
  });

  test('an integer product is no f32 product', () => {
    expect(treeOfBody('return n * m + f')).toMatchInlineSnapshot(`"return f32.add(i32-to-f32(i32.mul(n, m)), f)"`);
  });

  test('a product that is rounded by itself', () => {
    expect(treeOfBody('const p = f * g; return p + Math.fround(g * h) + h')).toMatchInlineSnapshot(`
      "const p: f32 = f32.mul(f, g)
      return f32.add(f32.add(p, f32.mul(g, h)), h)"
    `);
  });

  test('compound', () => {
    expect(treeOfBody('f += g * h; f -= g * h; return f')).toMatchInlineSnapshot(`
      "(f = f32.fused-add(c first: f, g, h))
      (f = f32.fused-sub(c first: f, g, h))
      return f"
    `);
  });

  test('compound on an element', () => {
    expect(treeOfBody('x[n] += f * g; return 0')).toMatchInlineSnapshot(`
      "new(x[n]: current => f32.fused-add(c first: current, f, g))
      return 0"
    `);
  });

  test('compound with a product on the left only', () => {
    expect(treeOfBody('f *= g; f += (g + 1); return f')).toMatchInlineSnapshot(`
      "(f = f32.mul(f, g))
      (f = f32.add(f, f32.add(g, 1f)))
      return f"
    `);
  });

  test('sums of products', () => {
    expect(treeOfBody('return f * g + g * h + h * f')).toMatchInlineSnapshot(
      `"return f32.fused-add(c first: f32.fused-add(c first: f32.mul(f, g), g, h), h, f)"`,
    );
  });

  test('a negative factor', () => {
    expect(treeOfBody('return -f * g + h')).toMatchInlineSnapshot(`"return f32.fused-add(f32.neg(f), g, h)"`);
  });

  test('a literal addend', () => {
    expect(treeOfBody('return x[n] * f + 0.5')).toMatchInlineSnapshot(`"return f32.fused-add(x[n], f, 0.5f)"`);
  });

  test('division is not fused', () => {
    expect(treeOfBody('return f / g + h')).toMatchInlineSnapshot(`"return f32.add(f32.div(f, g), h)"`);
  });
});

describe('assignments', () => {
  test('as expressions', () => {
    expect(treeOfBody('n = m = 3; f = n = 4; return (n = m) + n')).toMatchInlineSnapshot(`
      "(n = (m = 3))
      (f = i32-to-f32((n = 4)))
      return i32.add((n = m), n)"
    `);
  });

  test('compound operators', () => {
    expect(
      treeOfBody('n += m; n -= 1; n *= m; n %= 3; n &= 7; n |= m; n ^= m; n <<= 2; n >>= m; return n'),
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
    expect(treeOfBody('u += w; u >>>= 1; u *= 3; u %= 5; return u')).toMatchInlineSnapshot(`
      "(u = u32.add(u, w))
      (u = u32.shr(u, 1u))
      (u = u32.mul(u, 3u))
      (u = u32.rem!(u, 5u))
      return u"
    `);
  });

  test('elements: the index is evaluated once', () => {
    expect(treeOfBody('k[n++] += m; return 0')).toMatchInlineSnapshot(`
      "new(k[old(n: current => i32.add(current, 1))]: current => i32.add(current, m))
      return 0"
    `);
  });

  test('steps of elements', () => {
    expect(treeOfBody('k[n]++; ++x[n]; return k[n]-- + --c[n]')).toMatchInlineSnapshot(`
      "new(k[n]: current => i32.add(current, 1))
      new(x[n]: current => f32.add(current, 1f))
      return i32.add(old(k[n]: current => i32.sub(current, 1)), new(c[n]: current => i32.sub(current, 1)))"
    `);
  });

  test('steps as values', () => {
    expect(treeOfBody('return n++ + ++n + (u-- | 0) + f++')).toMatchInlineSnapshot(
      `"return f32.add(i32-to-f32(i32.add(i32.add(old(n: current => i32.add(current, 1)), (n = i32.add(n, 1))), u32-to-i32(old(u: current => u32.sub(current, 1u))))), old(f: current => f32.add(current, 1f)))"`,
    );
  });

  test('steps as statements', () => {
    expect(treeOfBody('n++; --n; f++; u++; return 0')).toMatchInlineSnapshot(`
      "(n = i32.add(n, 1))
      (n = i32.sub(n, 1))
      (f = f32.add(f, 1f))
      (u = u32.add(u, 1u))
      return 0"
    `);
  });

  test('narrow compound', () => {
    expect(treeOfBody('c[n] += 300; c[n] >>>= 1; s[n] ^= u; return (c[n] += 1)')).toMatchInlineSnapshot(`
      "new(c[n]: current => i32.add(current, 300))
      new(c[n]: current => u32.shr(i32-to-u32(current), 1u))
      new(s[n]: current => i32.xor(current, u32-to-i32(u)))
      return new(c[n]: current => i32.add(current, 1))"
    `);
  });

  test('float compound on an integer operand', () => {
    expect(treeOfBody('f += n; x[0] *= u; f /= n; return 0')).toMatchInlineSnapshot(`
      "(f = f32.add(f, i32-to-f32(n)))
      new(x[0]: current => f32.mul(current, u32-to-f32(u)))
      (f = f32.div(f, i32-to-f32(n)))
      return 0"
    `);
  });

  test('assignment to an element as a value', () => {
    expect(treeOfBody('return (c[n] = 300) + (x[n] = n)')).toMatchInlineSnapshot(
      `"return f32.add(i32-to-f32((c[n] = 300)), (x[n] = i32-to-f32(n)))"`,
    );
  });
});

describe('conditions', () => {
  test('numbers', () => {
    expect(treeOfBody('if (n) return 1; if (!f) return 2; return n && f ? 3 : 4')).toMatchInlineSnapshot(`
      "if to-bool(n)
        return 1
      if not(to-bool(f))
        return 2
      return ((to-bool(n) and to-bool(f)) ? 3 : 4)"
    `);
  });

  test('short circuit of booleans as a value', () => {
    expect(treeOfBody('return b && n > 0 || !b')).toMatchInlineSnapshot(`"return ((b and i32.gt(n, 0)) or not(b))"`);
  });

  test('and, or of simple numbers', () => {
    expect(treeOfBody('return (n || 5) + (n && m)')).toMatchInlineSnapshot(
      `"return i32.add((to-bool(n) ? n : 5), (to-bool(n) ? m : n))"`,
    );
  });

  test('or of f32 and integer', () => {
    expect(treeOfBody('return f || n')).toMatchInlineSnapshot(`"return (to-bool(f) ? f : i32-to-f32(n))"`);
  });

  test('choice of kinds', () => {
    expect(treeOfBody('return n > 0 ? f : 1')).toMatchInlineSnapshot(`"return (i32.gt(n, 0) ? f : 1f)"`);
  });

  test('choice of booleans', () => {
    expect(treeOfBody('return b ? n > 0 : true')).toMatchInlineSnapshot(`"return (b ? i32.gt(n, 0) : true)"`);
  });

  test('comma', () => {
    expect(treeOfBody('return (n++, m += 2, n + m)')).toMatchInlineSnapshot(
      `"return { { (n = i32.add(n, 1)); (m = i32.add(m, 2)) }; i32.add(n, m) }"`,
    );
  });

  test('effects', () => {
    expect(treeOfBody('b && n++; b || m++; b ? n++ : m++; return 0')).toMatchInlineSnapshot(`
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
    expect(treeOfBody('for (let i = 0; i < n; b && m++, i++) {} return (b ? n++ : m++, n)')).toMatchInlineSnapshot(`
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
      treeOfBody('return Math.sqrt(f) + Math.abs(f) + Math.floor(f) + Math.ceil(f) + Math.trunc(f) + Math.sign(f)'),
    ).toMatchInlineSnapshot(
      `"return f32.add(f32.add(f32.add(f32.add(f32.add(f32.sqrt(f), f32.abs(f)), f32.floor(f)), f32.ceil(f)), f32.trunc(f)), f32.sign(f))"`,
    );
  });

  test('integer functions', () => {
    expect(
      treeOfBody('return Math.abs(n) + Math.sign(n) + Math.floor(n) + Math.min(n, m, 3) + Math.max(n)'),
    ).toMatchInlineSnapshot(
      `"return i32.add(i32.add(i32.add(i32.add(i32.abs(n), i32.max(i32.min(n, 1), -1)), n), i32.min(i32.min(n, m), 3)), n)"`,
    );
  });

  test('unsigned functions', () => {
    expect(treeOfBody('return Math.abs(u) + Math.min(u, w) + (Math.sign(u) >>> 0)')).toMatchInlineSnapshot(
      `"return u32.add(u32.add(u, u32.min(u, w)), i32-to-u32(u32-to-i32(u32.min(u, 1u))))"`,
    );
  });

  test('mixed minimum', () => {
    expect(treeOfBody('return Math.min(n, f, 1)')).toMatchInlineSnapshot(
      `"return f32.min(f32.min(i32-to-f32(n), f), 1f)"`,
    );
  });

  test('imul and clz32', () => {
    expect(treeOfBody('return Math.imul(u, f) + Math.clz32(n) + Math.clz32(f)')).toMatchInlineSnapshot(
      `"return i32.add(i32.add(i32.mul(u32-to-i32(u), f32-to-i32(f)), i32.clz(n)), i32.clz(f32-to-i32(f)))"`,
    );
  });

  test('fround and constants', () => {
    expect(treeOfBody('return Math.fround(n) + Math.PI + Math.fround(f)')).toMatchInlineSnapshot(
      `"return f32.add(f32.add(i32-to-f32(n), 3.1415927410125732f), f)"`,
    );
  });

  test('sqrt of an integer', () => {
    expect(treeOfBody('return Math.sqrt(2) + Math.sqrt(n)')).toMatchInlineSnapshot(
      `"return f32.add(f32.sqrt(2f), f32.sqrt(i32-to-f32(n)))"`,
    );
  });
});

describe('arrays', () => {
  test('an alias and a choice', () => {
    expect(treeOfBody('const a = b ? x : y; let d = x; d = y; d = a; return a[n] + d.length')).toMatchInlineSnapshot(`
      "const a = (b ? x : y)
      let d = x
      d = y
      d = a
      return f32.add(a[n], i32-to-f32(d.length))"
    `);
  });

  test('a choice in place', () => {
    expect(treeOfBody('return (b ? x : y)[n] + (b ? x : y).length')).toMatchInlineSnapshot(
      `"return f32.add((b ? x : y)[n], i32-to-f32((b ? x : y).length))"`,
    );
  });

  test('unsigned index', () => {
    expect(treeOfBody('return x[u] + x[3]')).toMatchInlineSnapshot(`"return f32.add(x[u32-to-i32(u)], x[3])"`);
  });

  test('a store checks after the value', () => {
    expect(treeOfBody('x[n] = y[m]; return 0')).toMatchInlineSnapshot(`
      "(x[n] = y[m])
      return 0"
    `);
  });

  test('arrays in arrays', () => {
    expect(treeOfBody('return k[k[n]]')).toMatchInlineSnapshot(`"return k[k[n]]"`);
  });
});
