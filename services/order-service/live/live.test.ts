import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { liveContract } from './live.contract.ts';

liveContract(async () => createMemoryBus());
