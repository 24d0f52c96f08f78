import { describe, expect, test } from 'vitest';
import { treeOfBody } from './tree-of-source.ts';

describe('loops', () => {
  test('while, do, for', () => {
    expect(
      treeOfBody('while (n > 0) n--; do { n++; } while (n < m); for (;;) { break; } return n'),
    ).toMatchInlineSnapshot(`
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
    expect(treeOfBody('for (let i = 0, j = n; i < j; i++, j--) k[i] = j; return 0')).toMatchInlineSnapshot(`
      "block
        let i: i32 = 0
        let j: i32 = n
        loop loop first i32.lt(i, j) update (i = i32.add(i, 1)); (j = i32.sub(j, 1))
          (k[i] = j)
      return 0"
    `);
  });

  test('for without a declaration', () => {
    expect(treeOfBody('for (n = 0; n < 3; n += 2) m++; return m')).toMatchInlineSnapshot(`
      "block
        (n = 0)
        loop loop first i32.lt(n, 3) update (n = i32.add(n, 2))
          (m = i32.add(m, 1))
      return m"
    `);
  });

  test('labels', () => {
    expect(
      treeOfBody(
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
    expect(treeOfBody('out: { if (b) break out; n = 1; } return n')).toMatchInlineSnapshot(`
      "block out
        if b
          break out
        (n = 1)
      return n"
    `);
  });

  test('for-of', () => {
    expect(
      treeOfBody('let t = 0; for (const v of x) { if (v < 0) continue; t += v; } return t'),
    ).toMatchInlineSnapshot(`
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
    expect(treeOfBody('let t = 0; for (const v of b ? x : y) t += v; return t')).toMatchInlineSnapshot(`
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
    expect(treeOfBody('for (const v of x) { x = y; f = v; } return f')).toMatchInlineSnapshot(`
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
    expect(treeOfBody('let t: u32 = 0; for (const v of c) t += v; return t')).toMatchInlineSnapshot(`
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
    expect(
      treeOfBody('switch (n) { case 0: m = 1; case 1: m = 2; break; default: m = 3; } return m'),
    ).toMatchInlineSnapshot(`
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
      treeOfBody('switch (n) { case 0: return 1; default: return 2; case 3: case 4: return 3; } return 0'),
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
    expect(
      treeOfBody('for (;;) { switch (u) { case 1: continue; case 2: break; } break; } return 0'),
    ).toMatchInlineSnapshot(`
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
    expect(treeOfBody('loop: while (b) { switch (n) { case 1: break loop; } } return 0')).toMatchInlineSnapshot(`
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
    expect(treeOfBody('switch (n++) { } return n')).toMatchInlineSnapshot(`
      "block switch
        const chosen: i32 = old(n: current => i32.add(current, 1))
        break switch
      return n"
    `);
  });

  test('empty last case', () => {
    expect(treeOfBody('switch (n) { case 1: m = 2; break; case 2: } return m')).toMatchInlineSnapshot(`
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

describe('errors thrown', () => {
  test('classes and messages', () => {
    expect(
      treeOfBody("if (n < 0) throw new RangeError('negative'); if (b) throw new Error(`plain`); return n"),
    ).toMatchInlineSnapshot(`
      "if i32.lt(n, 0)
        throw RangeError negative
      if b
        throw Error plain
      return n"
    `);
  });

  test('no way out', () => {
    expect(treeOfBody("if (b) return 1; throw new Error('no')")).toMatchInlineSnapshot(`
      "if b
        return 1
      throw Error no"
    `);
  });
});
