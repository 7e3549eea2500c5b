/**
 * Preloaded into a service whose clock is to be wrong: SIGUSR2 sets its wall clock ahead by ten minutes, the next one sets
 * it right. The monotonic clock stays as it is, as with a host that has a wrong time.
 */
const SKEW_MS = 600_000;

const RightDate = Date;
let ahead = 0;

class WrongDate extends RightDate {
  constructor(...given: ConstructorParameters<typeof Date> | []) {
    if (given.length === 0) super(WrongDate.now());
    else super(...(given as ConstructorParameters<typeof Date>));
  }

  static override now(): number {
    return RightDate.now() + ahead;
  }
}

process.on('SIGUSR2', () => {
  ahead = ahead === 0 ? SKEW_MS : 0;
  console.error(`{"level":40,"msg":"the clock is ${ahead === 0 ? 'right again' : `${ahead} ms ahead`}"}`);
});
globalThis.Date = WrongDate as DateConstructor;
