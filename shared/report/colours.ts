import pc from 'picocolors';

/** Colours on a terminal only: picocolors colours under `CI`, too, where a program or a log page reads. */
export const colours = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
