/** Writes a line to stderr until it is disposed: every second in place on a terminal, else every ten seconds. */
export function showProgress(line: () => string): Disposable {
  const { isTTY } = process.stderr;
  const write = () => void process.stderr.write(isTTY ? `\r\x1b[K${line()}` : `${line()}\n`);
  const timer = setInterval(write, isTTY ? 1_000 : 10_000);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      if (isTTY) process.stderr.write('\r\x1b[K');
    },
  };
}
