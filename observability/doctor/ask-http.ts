const ANSWER_WITHIN_MS = 4_000;

/** What came back, or why nothing did: never a rejection, since a doctor expects the worst. */
export interface Answer {
  /** Undefined: nobody answered. */
  readonly status: number | undefined;
  readonly text: string;
  /** `answered 503: not ready`, `refused the connection`, `did not answer within 4 s`. */
  readonly says: string;
}

export async function askHttp(url: string, init: RequestInit = {}): Promise<Answer> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const text = await response.text();
    const said = text.trim().slice(0, 120).replaceAll(/\s+/g, ' ');
    return { status: response.status, text, says: `answered ${response.status}${response.ok ? '' : `: ${said}`}` };
  } catch (error) {
    return { status: undefined, text: '', says: whyNot(error as Error) };
  }
}

export const isOk = ({ status }: Answer): boolean => status !== undefined && status >= 200 && status < 300;

/** The answer's JSON; undefined when it is none. */
export function jsonOf<T>({ text }: Answer): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    // Somebody else listens on that port: the caller says what it expected.
    return undefined;
  }
}

function whyNot({ name, cause }: Error): string {
  if (name === 'TimeoutError') return `did not answer within ${ANSWER_WITHIN_MS / 1000} s`;
  const { code, message } = (cause ?? {}) as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' ? 'refused the connection: nobody listens' : `cannot be reached (${code ?? message})`;
}
