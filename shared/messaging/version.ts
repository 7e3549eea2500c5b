/** `2.10.4` >= `2.9.10`, compared number by number; what follows a dash does not count. */
export function isAtLeast(version = '0', least: string): boolean {
  const numbers = (text: string) => (text.split('-')[0] ?? '').split('.').map(Number);
  const has = numbers(version);
  for (const [at, wanted] of numbers(least).entries()) {
    const number = has[at] ?? 0;
    if (number !== wanted) return number > wanted;
  }
  return true;
}
