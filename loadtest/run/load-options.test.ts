import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLoadOptions, profiles } from './load-options.ts';

const parse = (...args: string[]) => {
  const printed: string[] = [];
  try {
    return { options: parseLoadOptions(args, (text) => printed.push(text)), printed: printed.join('') };
  } catch (error) {
    return { error, printed: printed.join('') };
  }
};

describe('npm run load', () => {
  it('loads a stack of its own as the profile says, unless told otherwise', () => {
    const usual = parse('steady').options;
    expect(usual).toMatchObject({ profile: 'steady', kitchens: 1, telemetry: 'metrics' });
    expect([usual?.target, usual?.rate, usual?.duration]).toEqual([undefined, undefined, undefined]);
    expect(parse('soak', '--rate', '50', '--duration', '10m').options).toMatchObject({ rate: 50, duration: '10m' });
  });

  it('has a k6 script for each profile, and tells of each in its help', () => {
    const { printed } = parse('--help');
    for (const profile of Object.keys(profiles)) {
      expect(existsSync(join(import.meta.dirname, '..', `${profile}.ts`)), profile).toBe(true);
      expect(printed).toContain(profile);
    }
  });

  it.each(['http://127.0.0.1:8080', 'http://localhost:8080/', 'http://[::1]:8080'])(
    'loads %s, which is this machine',
    (target) => {
      expect(parse('smoke', '--target', target).options).toMatchObject({ target });
    },
  );

  it.each([
    'http://example.com',
    'https://127.0.0.1.example.com:8080',
    'http://127.0.0.1@example.com/',
    'http://10.0.0.5:8080',
    'http://localhost.example.com',
  ])('refuses %s, which is not, unless one says that it is one’s own', (target) => {
    expect(parse('smoke', '--target', target)).toMatchObject({
      error: expect.anything(),
      printed: expect.stringMatching(/--i-own-this-target|is no URL/),
    });
  });

  it('loads a foreign target that is said to be one’s own', () => {
    expect(parse('smoke', '--target', 'http://10.0.0.5:8080', '--i-own-this-target').options).toMatchObject({
      target: 'http://10.0.0.5:8080',
    });
  });

  it.each([
    [['fast'], /Allowed choices are smoke, steady/],
    [['smoke', '--rate', '0'], /whole number from 1/],
    [['smoke', '--duration', 'soon'], /Write it like 30s/],
    [['smoke', '--grafana', 'http://example.com:3000'], /address of this machine/],
    [['smoke', '--target', 'ftp://127.0.0.1'], /is no URL of an order intake/],
  ])('refuses %j, and says what is right', (args, said) => {
    const { error, printed } = parse(...args);
    expect(error).toBeDefined();
    expect(printed).toMatch(said);
  });
});
