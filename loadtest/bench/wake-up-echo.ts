import { createServer } from 'node:net';

/** Run as a process of its own: sends back what it receives, on a free port that it prints as one line. */
const server = createServer((socket) =>
  socket
    .setNoDelay(true)
    .pipe(socket)
    .on('error', () => undefined),
);
server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
