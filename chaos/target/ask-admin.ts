import type { AdminAnswer, AdminRequest } from './target.ts';

const ANSWER_WITHIN_MS = 3_000;

/** Undefined when nobody answers: the process may be killed, frozen or restarting. */
export async function askAdmin(
  adminUrl: string,
  token: string,
  path: string,
  { method = 'GET', body }: AdminRequest = {},
): Promise<AdminAnswer | undefined> {
  try {
    const answer = await fetch(`${adminUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return undefined;
  }
}
