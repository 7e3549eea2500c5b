/** A clock that only moves when told to: ms since the epoch. */
export interface FakeClock {
  (): number;
  advance(ms: number): void;
}

export function fakeClock(start = Date.parse('2026-01-13T10:00:00Z')): FakeClock {
  let now = start;
  return Object.assign(() => now, {
    advance: (ms: number) => {
      now += ms;
    },
  });
}
