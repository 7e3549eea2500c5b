import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { storeKinds } from '#shared/store/store-kinds.ts';
import { realBackend } from '#shared/testing/real-backend.ts';
import { describeCorrelation } from './correlation.contract.ts';

for (const { name } of storeKinds.slice(1))
  describeCorrelation(`NATS and the store ${name}`, () => realBackend(pizzaFlow, name), 1_000);
