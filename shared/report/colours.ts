import pc from 'picocolors';

/**
 * Colours for somebody who looks at a terminal. picocolors would colour under `CI` too, where the reader is a program or a log page:
 * a pipe or a file gets plain text here. `NO_COLOR` and `TERM=dumb` turn them off as usual.
 */
export const colours = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
