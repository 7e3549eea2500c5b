/** The URL with its credentials masked, fit for a message. */
export const maskUrl = (url: string): string => url.replace(/\/\/[^@/]*@/, '//***@');

/** The URL without a user. */
export const bareUrl = (url: string): string => url.replace(/\/\/[^@/]*@/, '//');

/** The URL with a user, unless it names one already or there is no password. */
export function withUser(url: string, user: string, password: string | undefined): string {
  const parsed = new URL(url);
  if (parsed.username || password === undefined) return url;
  return url.replace('//', `//${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);
}

/** `127.0.0.1:8080`; an IPv6 address is bracketed: `[::1]:8080`. */
export const hostAndPort = (host: string, port: number | string | undefined): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
