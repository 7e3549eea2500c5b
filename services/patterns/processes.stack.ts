import { it } from 'vitest';
import { makesAndCancels } from './processes.contract.ts';

it.each(['orchestration', 'services/patterns/orchestration/sequential', 'chain', 'aggregator', 'state-transfer'])(
  '%s makes a pizza and cancels another, and its correlator counts both',
  makesAndCancels,
);
