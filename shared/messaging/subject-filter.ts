/** Whether a subject matches one of these NATS filters: `*` stands for one token, a last `>` for one or more. */
export function subjectFilter(filters: readonly string[]): (subject: string) => boolean {
  const pattern = new RegExp(`^(?:${filters.map(patternOf).join('|')})$`);
  return (subject) => pattern.test(subject);
}

const patternOf = (filter: string): string => filter.split('.').map(tokenPattern).join('\\.');

function tokenPattern(token: string): string {
  if (token === '*') return '[^.]+';
  return token === '>' ? '.+' : token.replaceAll(/[^\w-]/g, '\\$&');
}
