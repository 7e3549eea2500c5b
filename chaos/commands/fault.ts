import { type FaultSpec, parseFaults } from '#shared/faults/fault-spec.ts';
import { faultNames, namesOf, processSignals, vocabulary } from '#shared/faults/vocabulary.ts';
import { colours as pc } from '#shared/report/colours.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { openTarget } from '../target/open-target.ts';
import { noNeeds, partOf, setFaults } from '../target/target.ts';

/** `npm run chaos -- fault …`: single faults on a running stack, by hand. */
const open = (target: string) => openTarget(target, { needs: noNeeds, seed: 1, signal: new AbortController().signal });

/** Prints the vocabulary, and what is set in each service. */
export async function listFaults(target: string): Promise<void> {
  for (const name of faultNames) {
    const { kind, meaning } = vocabulary[name];
    console.log(`${pc.bold(name.padEnd(19))} ${kind.padEnd(11)} ${meaning}`);
  }
  console.log(`\nTaken by "fault set": ${namesOf('message', 'dependency').join(', ')}`);
  await using stack = await open(target);
  for (const { name, replica, admin } of stack.parts) {
    const answer = await admin('/faults');
    if (answer) console.log(`${name} ${replica}: ${answer.status === 200 ? answer.text : `answers ${answer.status}`}`);
  }
}

/** `json`: a list of faults such as `[{"fault":"duplicate","share":0.1}]`. @throws StartFailure for a wrong one */
export async function setByHand(json: string, target: string): Promise<void> {
  let specs: FaultSpec[];
  try {
    specs = parseFaults(json);
  } catch (error) {
    throw new StartFailure((error as Error).message, { cause: error });
  }
  await using stack = await open(target);
  await setFaults(stack, specs);
  console.log(`set in every service: ${specs.map(({ fault }) => fault).join(', ') || 'none'}`);
}

export const actions = ['kill', 'freeze', 'continue', 'restart'] as const;
const SIGNALS = { ...processSignals, continue: 'SIGCONT' } as const;

/** Acts on one process. A killed one comes back by `restart`. */
export async function signalPart(
  action: (typeof actions)[number],
  name: string,
  replica: number,
  target: string,
): Promise<void> {
  await using stack = await open(target);
  const part = partOf(stack, name, replica);
  if (action === 'restart') await part.restart();
  else await part.signal(SIGNALS[action]);
  console.log(`${action}: ${name} ${replica}`);
}
