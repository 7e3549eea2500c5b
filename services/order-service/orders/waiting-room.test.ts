import { describe, expect, it } from 'vitest';
import { WaitingRoom } from './waiting-room.ts';

/** A room on a clock of its own; the stream takes so many orders per second for a while, each as soon as it comes. */
function room() {
  let now = 0;
  const made = new WaitingRoom({ waitMs: 500, least: 10, most: 1_000, monotonic: () => now });
  const pass = (ms: number) => {
    now += ms;
  };
  const take = (perSecond: number, ms: number) => {
    for (let until = now + ms; now < until; pass(1_000 / perSecond)) {
      made.enter();
      made.leave(true);
    }
  };
  const fill = () => {
    let entered = 0;
    while (made.enter()) entered++;
    return entered;
  };
  return { made, pass, take, fill };
}

describe('the waiting room', () => {
  it('has room for a burst before anything is known of the stream', () => {
    const { made, fill } = room();
    expect(fill()).toBe(10);
    expect(made.waiting).toBe(10);
  });

  it.each([100, 400, 1_000])('holds what a stream that takes %i/s takes in half a second', (perSecond) => {
    const { made, take } = room();
    take(perSecond, 3_000);
    expect(made.limit).toBeGreaterThan(0.9 * (perSecond / 2));
    expect(made.limit).toBeLessThan(1.1 * (perSecond / 2));
  });

  it('never holds more than its bound, however fast the stream is', () => {
    const { take, fill } = room();
    take(10_000, 2_000);
    expect(fill()).toBe(1_000);
  });

  it('shrinks to the least when the stream takes nothing any more, and grows again with it', () => {
    const { made, take, pass } = room();
    take(1_000, 2_000);
    pass(1_200);
    expect(made.limit).toBe(10);
    take(400, 2_000);
    expect(made.limit).toBeGreaterThan(150);
  });

  it('counts nothing that the stream did not take', () => {
    const { made, pass } = room();
    for (let order = 0; order < 2_000; order++, pass(1)) {
      made.enter();
      made.leave(false);
    }
    expect(made.limit).toBe(10);
    expect(made.waiting).toBe(0);
  });

  it('has a free place for each that leaves', () => {
    const { made, fill } = room();
    fill();
    expect(made.enter()).toBe(false);
    made.leave(false);
    expect(made.enter()).toBe(true);
    expect(made.enter()).toBe(false);
  });
});
