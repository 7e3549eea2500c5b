/**
 * Does a NATS subject match a filter? `*` stands for one token, a last `>` for one or more. It allocates nothing: every
 * message is held against every durable's filter.
 */
export function subjectMatches(filter: string, subject: string): boolean {
  let at = 0;
  for (let from = 0; from <= filter.length; ) {
    if (at > subject.length) return false;
    if (filter[from] === '>' && from + 1 === filter.length) return true;
    const end = endOfToken(filter, from);
    const subjectEnd = endOfToken(subject, at);
    const isAny = filter[from] === '*' && end === from + 1;
    const isSame = end - from === subjectEnd - at && subject.startsWith(filter.slice(from, end), at);
    if (!isAny && !isSame) return false;
    from = end + 1;
    at = subjectEnd + 1;
  }
  return at > subject.length;
}

function endOfToken(text: string, from: number): number {
  const dot = text.indexOf('.', from);
  return dot < 0 ? text.length : dot;
}
