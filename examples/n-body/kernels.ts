'use kernel';
// Bodies that attract each other: x, y, z, mass of each in one array, vx, vy, vz, 0 in another.
import type { f32, i32 } from 'shoal/kernel';

/** Keeps bodies that come close from being thrown out. */
const softening: f32 = 0.01;

/** One step of the bodies from `first` on, as many as `next` holds; `bodies` are all, as they were before it. */
export function step(bodies: Float32Array, first: i32, dt: f32, velocities: Float32Array, next: Float32Array): void {
  for (let i: i32 = 0; i < next.length; i += 4) {
    const at: i32 = 4 * first + i;
    const x: f32 = bodies[at];
    const y: f32 = bodies[at + 1];
    const z: f32 = bodies[at + 2];
    let ax: f32 = 0;
    let ay: f32 = 0;
    let az: f32 = 0;
    for (let j: i32 = 0; j < bodies.length; j += 4) {
      const dx: f32 = bodies[j] - x;
      const dy: f32 = bodies[j + 1] - y;
      const dz: f32 = bodies[j + 2] - z;
      const square: f32 = dx * dx + dy * dy + dz * dz + softening;
      const pull: f32 = bodies[j + 3] / (square * Math.sqrt(square));
      ax += pull * dx;
      ay += pull * dy;
      az += pull * dz;
    }
    velocities[i] = velocities[i] + dt * ax;
    velocities[i + 1] = velocities[i + 1] + dt * ay;
    velocities[i + 2] = velocities[i + 2] + dt * az;
    next[i] = x + dt * velocities[i];
    next[i + 1] = y + dt * velocities[i + 1];
    next[i + 2] = z + dt * velocities[i + 2];
    next[i + 3] = bodies[at + 3];
  }
}
