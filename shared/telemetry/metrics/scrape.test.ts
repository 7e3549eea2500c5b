import { describe, expect, it } from 'vitest';
import { createScrape, type Reading } from './scrape.ts';

/** A source whose answer the test decides; what is shown is the text of the scrape. */
function scraping(read: () => Promise<number>, { withinMs = 60_000, keepMs = 0 } = {}) {
  let shown: number | undefined;
  let now = 0;
  const errors: string[] = [];
  const reading: Reading = {
    source: 'store',
    read: async () => {
      const value = await read();
      return () => {
        shown = value;
      };
    },
    clear: () => {
      shown = undefined;
    },
  };
  const scrape = createScrape({
    readings: [reading],
    render: async () => String(shown),
    onError: (source) => errors.push(source),
    withinMs,
    keepMs,
    now: () => now,
  });
  return {
    scrape,
    errors,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('a scrape', () => {
  it('shows what was read, then nothing while the source fails, then what is read again', async () => {
    let away = false;
    const { scrape, errors } = scraping(async () => {
      if (away) throw new Error('away');
      return 7;
    });
    expect(await scrape()).toBe('7');
    away = true;
    expect(await scrape()).toBe('undefined');
    expect(errors).toEqual(['store']);
    away = false;
    expect(await scrape()).toBe('7');
    expect(errors).toHaveLength(1);
  });

  it('waits no longer than it may for a source that does not answer', async () => {
    const { scrape, errors } = scraping(() => new Promise<number>(() => undefined), { withinMs: 1 });
    expect(await scrape()).toBe('undefined');
    expect(errors).toEqual(['store']);
  });

  it('reads anew only after a while, but at once after a failure', async () => {
    let reads = 0;
    const { scrape, pass } = scraping(
      async () => {
        reads += 1;
        if (reads === 2) throw new Error('away');
        return reads;
      },
      { keepMs: 500 },
    );
    expect(await scrape()).toBe('1');
    pass(499);
    expect(await scrape()).toBe('1');
    pass(1);
    expect(await scrape()).toBe('undefined');
    expect(await scrape()).toBe('3');
  });

  it('asks a source that takes long to answer less often', async () => {
    let reads = 0;
    const { scrape, pass } = scraping(async () => {
      reads += 1;
      pass(100);
      return reads;
    });
    expect(await scrape()).toBe('1');
    pass(4_899);
    expect(await scrape()).toBe('1');
    pass(1);
    expect(await scrape()).toBe('2');
  });

  it('asks again before long even a source that took very long', async () => {
    let reads = 0;
    const { scrape, pass } = scraping(async () => {
      reads += 1;
      if (reads === 2) throw new Error('away');
      pass(900);
      return reads;
    });
    expect(await scrape()).toBe('1');
    pass(9_999);
    expect(await scrape()).toBe('1');
    pass(1);
    expect(await scrape()).toBe('undefined');
  });

  it('is shared by all who ask meanwhile: no series changes while another is being written', async () => {
    let reads = 0;
    const { scrape } = scraping(async () => {
      reads += 1;
      return reads;
    });
    expect(await Promise.all([scrape(), scrape(), scrape()])).toEqual(['1', '1', '1']);
    expect(await scrape()).toBe('2');
  });
});
