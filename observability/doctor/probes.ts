/** What came back, or why nothing did: a probe never rejects. */
export interface Answer<Body> {
  readonly ok: boolean;
  /** Undefined: nobody answered. */
  readonly status: number | undefined;
  /** Undefined: there is none, or it is not JSON. */
  readonly body: Body | undefined;
  /** `answered 503: not ready`, `refused the connection: nobody listens`, `did not answer within 4 s`. */
  readonly says: string;
}

const ANSWER_WITHIN_MS = 4_000;
const LOOKBACK_SECONDS = 3_600;

export async function ask<Body>(url: string, init: RequestInit = {}): Promise<Answer<Body>> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const text = await response.text();
    const { ok, status } = response;
    const start = text.trim().slice(0, 200).replaceAll(/\s+/g, ' ');
    return { ok, status, body: parsed<Body>(text), says: `answered ${status}${ok ? '' : `: ${start}`}` };
  } catch (error) {
    return { ok: false, status: undefined, body: undefined, says: whyNot(error as Error) };
  }
}

export const postJson = <Body>(url: string, body: object): Promise<Answer<Body>> =>
  ask(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

function parsed<Body>(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return undefined;
  }
}

function whyNot({ name, cause }: Error): string {
  if (name === 'TimeoutError') return `did not answer within ${ANSWER_WITHIN_MS / 1000} s`;
  const { code, message } = (cause ?? {}) as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' ? 'refused the connection: nobody listens' : `cannot be reached (${code ?? message})`;
}

export const searchDashboards = (grafana: string) =>
  ask<{ readonly uid: string }[]>(`${grafana}/api/search?type=dash-db&limit=100`);

/** Traces of the last hour that match, in TraceQL; at most 20. */
export const searchTraces = (tempo: string, query: string) =>
  ask<{ readonly traces?: readonly unknown[] }>(
    `${tempo}/api/search?${new URLSearchParams({ q: query, limit: '20', ...lastHour() })}`,
  );

interface Span {
  readonly spanId: string;
  readonly links?: readonly { readonly spanId: string }[];
}
interface ResourceSpans {
  readonly resource: {
    readonly attributes: readonly { readonly key: string; readonly value: { stringValue?: string } }[];
  };
  readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
}

export const traceById = (tempo: string, id: string) =>
  ask<{ readonly trace?: { readonly resourceSpans: readonly ResourceSpans[] } }>(`${tempo}/api/v2/traces/${id}`, {
    headers: { accept: 'application/json' },
  });

/** Log lines of the last hour that match, in LogQL. */
export const searchLogs = (loki: string, query: string) =>
  ask<{ readonly data?: { readonly result: readonly { readonly stream: Readonly<Record<string, string>> }[] } }>(
    `${loki}/loki/api/v1/query_range?${new URLSearchParams({ query, ...lastHour() })}`,
  );

/** Seconds since the epoch: Tempo and Loki both take them. */
function lastHour(): { start: string; end: string } {
  const now = Math.ceil(Date.now() / 1_000);
  return { start: String(now - LOOKBACK_SECONDS), end: String(now + 1) };
}
