import { Worker } from 'bullmq';
import { roles } from './bullmq-flow.ts';
import { openWork } from './bullmq-roles.ts';

/** The main of one worker process: `node bullmq-worker.ts <role> <redis url> <concurrency>`; drains on SIGTERM. */
const [name, url = '', concurrency] = process.argv.slice(2);
const role = roles.find((each) => each === name);
if (!role) throw new Error(`no such role: ${name}; give one of ${roles.join(', ')}`);
const work = await openWork(role, url);
const worker = new Worker(role, work.process, { connection: { url }, concurrency: Number(concurrency) });
worker.on('error', (error) => console.error(error));
worker.on('failed', (job, error) => {
  console.error(`job ${job?.id} of ${role} failed: ${error.stack}`);
  process.exit(1);
});
await worker.waitUntilReady();
console.log('ready');
process.once('SIGTERM', async () => {
  await worker.close();
  work.close();
});
