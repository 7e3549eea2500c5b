import { describeMachine, type Machine, machineText } from './machine.ts';
import { measureWakeUp, type WakeUp, wakeUpText } from './wake-up.ts';

/** Prints what the rounds are measured on, and what a wake-up costs there, before they begin. */
export async function tellMachine(): Promise<Machine & { readonly wakeUp: WakeUp | undefined }> {
  const machine = { ...(await describeMachine()), wakeUp: await measureWakeUp() };
  console.log([machineText(machine), machine.wakeUp ? `${wakeUpText(machine.wakeUp)}\n` : ''].join('\n'));
  return machine;
}
