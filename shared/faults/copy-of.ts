import type { WireMessage } from '#shared/messaging/publisher.ts';
import type { Publish } from '#shared/messaging/with-publish.ts';

/** The message under another `Nats-Msg-Id`, so that the stream does not de-duplicate it. */
export const copyOf = (message: WireMessage, suffix: string): WireMessage => ({
  ...message,
  headers: { ...message.headers, 'Nats-Msg-Id': `${message.headers['Nats-Msg-Id']}:${suffix}` },
});

/** True when the stream stored the copy. A failure is ignored: the event itself is stored already. */
export const storedCopy = (publish: Publish, copy: WireMessage): Promise<boolean> =>
  publish(copy).then(
    ({ duplicate }) => !duplicate,
    () => false,
  );
