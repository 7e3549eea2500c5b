const ANSWER_WITHIN_MS = 2_000;

/** Whether this address answers 2xx with a text that `isOurs`: another program on that port says something else. Never rejects. */
export async function answersWith(url: string, isOurs: (text: string) => boolean = () => true): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const text = await response.text();
    return response.ok && isOurs(text);
  } catch {
    // Not listening yet: asked again until the start's deadline.
    return false;
  }
}
