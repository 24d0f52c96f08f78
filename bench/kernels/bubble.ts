'use kernel';

export function bubble(v: Int32Array): void {
  for (let i = v.length - 1; i > 0; i--) {
    for (let j = 0; j < i; j++) {
      if (v[j] > v[j + 1]) {
        const t = v[j];
        v[j] = v[j + 1];
        v[j + 1] = t;
      }
    }
  }
}
