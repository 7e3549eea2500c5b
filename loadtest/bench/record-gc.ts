import { writeFileSync } from 'node:fs';
import { observeGc } from './observe-gc.ts';

/** Preloaded into every measured node process, `?folder=` of its URL given: at its end it writes its pauses to `<pid>.json` there. */
const folder = new URL(import.meta.url).searchParams.get('folder');
const pauses = observeGc();
if (folder) process.once('exit', () => writeFileSync(`${folder}/${process.pid}.json`, JSON.stringify(pauses)));
