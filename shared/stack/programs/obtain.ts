import type { WantedProgram } from './wanted-program.ts';

export type Say = (line: string) => void;

/**
 * One way to get a program into `folder`, in place of what is there, or onto PATH. Undefined: not possible on this machine.
 * @throws when it failed, or offers only an older version than is wanted
 */
export type Obtain = (wanted: WantedProgram, folder: string, say: Say) => Promise<true | undefined>;
